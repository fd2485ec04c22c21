import { defineConfig } from 'vitest/config';

/** Apps against real servers (`pnpm test:stack`, which builds them first). */
export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['@genvitals/source', 'node', 'import', 'module', 'default'] } },
  test: {
    include: ['**/*.test.ts'],
    // A model computes on all cores; two at once would be slower than one after the other.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
