import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toAssistantEnv } from '../src/demo/assistant-process.ts';
import { models } from '../src/demo/prices.ts';

const folder = new URL('../src/demo/assistant/', import.meta.url);
const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));

test('the assistant says what it does by one package: no OpenTelemetry is in it', () => {
  const imported = sources.flatMap((source) =>
    [...source.matchAll(/(?:from|import) '([^']+)'/g)].map((match) => match[1]!),
  );
  expect(imported).toContain('openai');
  expect([...new Set(imported)].filter((name) => !name.startsWith('./')).toSorted()).toEqual([
    '@genvitals/context',
    '@genvitals/context/experiments',
    '@genvitals/context/express',
    '@genvitals/context/receiver',
    'express',
    'openai',
  ]);
});

test('every model that the assistant asks has a price for the estimate', () => {
  const app = sources.join('\n');
  const asked = [...app.matchAll(/_MODEL = '([^']+)'/g)].map((match) => match[1]!);
  expect(asked.toSorted()).toEqual(Object.values(models).toSorted());
});

test('of the user only what steers neither OpenAI nor telemetry reaches the assistant', () => {
  const env = toAssistantEnv({
    env: {
      PATH: '/bin',
      HTTPS_PROXY: 'http://proxy',
      OPENAI_API_KEY: 'sk-real',
      OPENAI_ADMIN_KEY: 'sk-admin',
      AZURE_OPENAI_API_KEY: 'azure',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret',
      GENVITALS_CALL_LOG: 'stdout',
      NODE_OPTIONS: '--require other',
    },
    modelEnv: { OPENAI_API_KEY: 'sk-demo', OPENAI_BASE_URL: 'http://127.0.0.1:2/v1' },
    otlpUrl: 'http://127.0.0.1:1',
  });
  expect(env).toMatchObject({
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy',
    OPENAI_API_KEY: 'sk-demo',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
  });
  expect(JSON.stringify(env)).not.toMatch(/sk-real|sk-admin|azure|secret|other|CALL_LOG/);
});
