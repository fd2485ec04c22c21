import { describe, expect, test } from 'vitest';
import { loadingCases } from './loading/cases/index.ts';

/** From the sources, and so the heart of it only; `pnpm test:loading` runs all cases on what is built. */
const fast = loadingCases.filter(({ isFast }) => isFast === true);

describe('the one flag, in an app of its own process', () => {
  test.each(fast)('$group: $name', { timeout: 60_000 }, async ({ flags, run }) => {
    await expect(run(flags?.[0] ?? '--require')).resolves.toBeTypeOf('string');
  });
});
