import { defineConfig } from 'vitest/config';

/** Tests import packages by name and get their sources, so nothing is built before a test runs. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@genvitals/source', 'node', 'import', 'module', 'default'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/*.test.ts', 'test/docs/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
