import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import * as edge from '../src/edge.ts';
import * as index from '../src/index.ts';

test('edge runtimes, workers and browsers get every public name', async () => {
  expect(Object.keys(edge)).toEqual(Object.keys(index));
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

test('instrument() gives the class back, and an instrumentation does as it is told and sees nothing', () => {
  class OpenAI {
    readonly baseURL = '';
  }
  expect(edge.instrument(OpenAI)).toBe(OpenAI);
  const instrumentation = new edge.OpenAIInstrumentation({ enabled: false });
  const methods = Object.getOwnPropertyNames(index.OpenAIInstrumentation.prototype);
  expect(Object.getOwnPropertyNames(edge.OpenAIInstrumentation.prototype)).toEqual(methods);
  instrumentation.enable();
  instrumentation.disable();
  instrumentation.setConfig({ enabled: true });
  expect(instrumentation.getConfig()).toEqual({ enabled: true });
  expect(instrumentation.instrumentationName).toBe('@genvitals/instrumentation-openai');
  expect(edge.setMaskHook(undefined)).toBeUndefined();
});
