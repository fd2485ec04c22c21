import assert from 'node:assert/strict';
import { createSimulator } from '@genvitals/openai-simulator';
import { runApp } from '../app.ts';
import { createCollector, totalOf } from '../collector.ts';
import { inTime, type LoadingCase } from '../loading-case.ts';
import { callSpans } from '../spans.ts';
import { prepareExamples } from './lambda.ts';

const REQUESTS = 2;

async function runRoute(): Promise<string> {
  const folder = await prepareExamples();
  const collector = await createCollector();
  const simulator = await createSimulator({ latencyScale: 0.1 });
  let port = '';
  let answers = '';
  const failures: unknown[] = [];
  const ask = async (): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/ask`, {
      method: 'POST',
      headers: { connection: 'close' },
      body: JSON.stringify({ question: 'q' }),
    });
    answers += `${response.status} ${(await response.text()) !== ''}\n`;
  };
  let frozen = 0;
  try {
    const end = await runApp(`${folder}vercel-server.mjs`, {
      cwd: folder,
      env: {
        OPENAI_BASE_URL: simulator.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        GENVITALS_PROVIDERS: '127.0.0.1=openai',
        VERCEL: '1',
      },
      onLine: (line, app) => {
        try {
          if (line.startsWith('port ')) port = line.slice('port '.length);
          if (line === 'frozen') {
            frozen += 1;
            assert.equal(callSpans(collector).length, frozen, 'spans');
            assert.equal(collector.logRecords.length, frozen, 'events');
            assert.equal(totalOf(collector, 'genvitals.client.calls'), frozen, 'calls');
          }
          if (frozen === REQUESTS) app.kill('SIGKILL');
          else if (port !== '' && !line.startsWith('answered')) {
            ask().catch((error: unknown) => {
              failures.push(error);
              app.kill('SIGKILL');
            });
          }
        } catch (error) {
          failures.push(error);
          app.kill('SIGKILL');
        }
      },
    });
    assert.deepEqual(failures, [], end.stderr);
    assert.equal(end.stderr, '');
    assert.match(end.stdout, /answered, 1 work to wait for\nfrozen/);
    assert.equal(answers, '200 true\n'.repeat(REQUESTS));
    for (const { span, resource } of callSpans(collector)) {
      assert.equal(span.attributes['genvitals.outcome'], 'success');
      assert.equal(span.attributes['genvitals.cost.status'], 'full');
      assert.equal(resource.attributes['faas.name'], undefined);
    }
    return `${REQUESTS} of ${REQUESTS} streamed answers told within waitUntil`;
  } finally {
    await Promise.all([collector.close(), simulator.close()]);
  }
}

export const vercelCases: readonly LoadingCase[] = [
  {
    group: 'Serverless',
    name: 'examples/vercel, served with Vercel’s request context, without the flag',
    flags: ['--require'],
    run: () => inTime(runRoute),
  },
];
