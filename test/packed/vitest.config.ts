import { defineConfig } from 'vitest/config';

/** What users install: packed, from a registry, in folders outside of this workspace (`pnpm test:packed`). */
export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['@genvitals/source', 'node', 'import', 'module', 'default'] } },
  test: {
    include: ['*.test.ts'],
    globalSetup: ['registry-setup.ts'],
    // Installs and apps share two cores with nobody, so that time limits mean something.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 300_000,
  },
});
