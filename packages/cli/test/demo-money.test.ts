import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSimulator } from '@genvitals/openai-simulator';
import { describe, expect, onTestFinished, test } from 'vitest';
import { report } from './demo-report.ts';
import { run } from './genvitals-process.ts';

const MINUTE = 60_000;

/** A server in place of the real API: what reaches it would have cost money. */
async function startTrap() {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(500).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests };
}

describe('money', () => {
  test(
    'a key in the environment alone is not used, whatever else of OpenAI, OpenTelemetry or genvitals is set',
    async () => {
      const trap = await startTrap();
      const found = await report(['--calls', '4'], {
        OPENAI_API_KEY: 'sk-real',
        OPENAI_BASE_URL: trap.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: trap.url,
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: trap.url,
        OTEL_SDK_DISABLED: 'true',
        OTEL_TRACES_SAMPLER: 'always_off',
        GENVITALS_SDK: 'off',
        GENVITALS_SEMCONV: 'latest',
      });
      expect(found.signals).toMatchObject({ spans: 4, events: 4, counted: 4 });
      expect(trap.requests).toEqual([]);
    },
    MINUTE,
  );

  test('--real without a yes tells the estimate and the cap and sends nothing', async () => {
    const trap = await startTrap();
    const ended = await run(['demo', '--real'], { OPENAI_API_KEY: 'sk-real', OPENAI_BASE_URL: trap.url });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(`About 150 calls to ${trap.url}`);
    expect(ended.stderr).toMatch(/about 0\.0\d\d USD/);
    expect(ended.stderr).toContain('cap of 0.50 USD (--max-usd)');
    expect(ended.stderr).toContain('[DEMO_NOT_CONFIRMED]');
    expect(ended.stderr).not.toContain('sk-real');
    expect(trap.requests).toEqual([]);
  });

  test(
    '--real ends before the cap could be passed',
    async () => {
      const simulator = await createSimulator({ latencyScale: 0 });
      onTestFinished(() => simulator.close());
      const found = await report(['--real', '--yes', '--max-usd', '0.01'], {
        OPENAI_API_KEY: 'sk-test',
        OPENAI_BASE_URL: simulator.url,
      });
      expect(found.calls.total).toBeGreaterThanOrEqual(2);
      expect(found.calls.total).toBeLessThan(30);
      expect(simulator.counts().calls.total).toBe(found.calls.total);
    },
    MINUTE,
  );

  test(
    'an API that cannot be reached is told with what the app wrote',
    async () => {
      const ended = await run(['demo', '--real', '--yes', '--json'], {
        OPENAI_API_KEY: 'sk-real',
        OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
      });
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toContain('The assistant ended before it listened');
      expect(ended.stderr).toContain('Connection error');
      expect(ended.stderr).toContain('[DEMO_ASSISTANT_FAILED]');
    },
    MINUTE,
  );
});
