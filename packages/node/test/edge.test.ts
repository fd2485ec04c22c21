import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import * as edge from '../src/edge.ts';
import * as index from '../src/index.ts';

test('edge runtimes, workers and browsers get every public name', async () => {
  expect(Object.keys(edge).toSorted()).toEqual(Object.keys(index).toSorted());
  const { exports } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    exports: Record<string, Record<string, string>>;
  };
  for (const entry of ['.', './register']) {
    for (const condition of ['edge-light', 'workerd', 'browser']) {
      expect(exports[entry]?.[condition]).toBe('./dist/edge.mjs');
    }
  }
});

test('the no-op needs nothing that only Node.js has', async () => {
  const source = await readFile(new URL('../src/edge.ts', import.meta.url), 'utf8');
  expect(source).not.toMatch(/node:|process\.|require/);
});

test('flush() has nothing to wait for, and a mask hook nothing to mask', async () => {
  expect(edge.setMaskHook((content) => content)).toBeUndefined();
  await expect(edge.flush()).resolves.toBeUndefined();
  expect(edge.withFlush(edge.flush)).toBe(edge.flush);
});
