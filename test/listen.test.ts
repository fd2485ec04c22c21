import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);

interface Ready {
  readonly sdk: boolean;
  readonly http: boolean;
  readonly fetch: boolean;
}

/** What is there as soon as `listen` has returned: before any request, and before any turn of the event loop. */
async function readyOnListen(before: string): Promise<Ready> {
  const script = `
    ${before}
    const server = require('node:http').createServer().listen(0, () => server.close());
    const isLoaded = (name) => Object.keys(require.cache).some((file) => file.endsWith('/node/src/' + name));
    console.log(JSON.stringify({
      sdk: isLoaded('sdk/index.ts'),
      http: isLoaded('http/index.ts'),
      fetch: Symbol.for('undici.globalDispatcher.1') in globalThis,
    }));
  `;
  const { NODE_OPTIONS: _options, VITEST: _vitest, ...inherited } = process.env;
  const { stdout, stderr } = await run(
    process.execPath,
    ['--conditions=@genvitals/source', '--require', '@genvitals/node/register', '--eval', script],
    {
      cwd: import.meta.dirname,
      env: { ...inherited, NODE_NO_WARNINGS: '1', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' },
    },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Ready;
}

describe('when an app that has loaded openai listens', () => {
  test('what its first request would wait for is loaded', async () => {
    expect(await readyOnListen(`require('openai-6-49');`)).toEqual({ sdk: true, http: true, fetch: true });
  });

  test('nothing is loaded where the app has an OpenTelemetry of its own', async () => {
    const start = `require('@opentelemetry/api').trace.setGlobalTracerProvider({ getTracer() {} });`;
    expect(await readyOnListen(`${start} require('openai-6-49');`)).toEqual({
      sdk: false,
      http: false,
      fetch: false,
    });
  });

  test('Node’s fetch is not loaded for openai 4, which brings one of its own', async () => {
    const ready = await readyOnListen(`require('openai-4-19');`);
    expect(ready).toEqual({ sdk: true, http: true, fetch: false });
  });
});

test('nothing is loaded in a server without openai', async () => {
  expect(await readyOnListen('')).toEqual({ sdk: false, http: false, fetch: false });
});
