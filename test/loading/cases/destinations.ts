import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runApp } from '../app.ts';
import { totalOf } from '../collector.ts';
import { assertSoon, inTime, type LoadingCase, withWorld } from '../loading-case.ts';
import { callSpans } from '../spans.ts';

const group = 'Settings';
const withoutGrpc = fileURLToPath(new URL('../fixtures/plain/without-grpc.cjs', import.meta.url));

/** What is said beside the lines on calls. */
function readStderr(stderr: string): { readonly startLine: string; readonly warnings: readonly string[] } {
  const lines = stderr.split('\n');
  const startLines = lines.filter((line) => /^genvitals \d/.test(line));
  assert.equal(startLines.length, 1, stderr);
  return {
    startLine: startLines[0] ?? '',
    warnings: lines.filter((line) => line.startsWith('genvitals: ')),
  };
}

/** One call with an address that is none: it is named, and nothing is sent. */
function wrongEndpoint(
  name: string,
  toValue: (url: URL) => string,
  wanted: (url: URL) => string,
  isFast = false,
): LoadingCase {
  return {
    group,
    name,
    isFast,
    run: (flag) =>
      withWorld(async ({ env, collector }) => {
        const url = new URL(collector.url);
        const end = await runApp('one-call.cjs', {
          flag,
          env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: toValue(url), GENVITALS_CONSOLE: '1' },
        });
        assert.deepEqual([end.code, end.stdout], [0, 'Forty-two.\n']);
        const { startLine, warnings } = readStderr(end.stderr);
        assert.match(startLine, / · exporting nothing by OTLP · /);
        const said = `OTEL_EXPORTER_OTLP_ENDPOINT: wanted a URL such as ${wanted(url)}, got "${toValue(url)}";`;
        assert.equal(warnings.length, 1, end.stderr);
        assert.ok(warnings[0]?.includes(said), warnings[0]);
        assert.equal(collector.spans.length + collector.metrics.length + collector.logRecords.length, 0);
        return 'nothing is exported, one line on stderr';
      }),
  };
}

export const destinationCases: readonly LoadingCase[] = [
  wrongEndpoint(
    'an endpoint without a scheme',
    ({ port }) => `localhost:${port}`,
    ({ port }) => `http://localhost:${port}`,
    true,
  ),
  wrongEndpoint(
    'an endpoint that is no URL',
    () => 'notaurl',
    () => 'http://localhost:4318',
  ),
  {
    group,
    name: 'grpc, without @grpc/grpc-js',
    isFast: true,
    run: (flag) =>
      inTime(() =>
        withWorld(async ({ env, collector }) => {
          const end = await runApp('one-call.cjs', {
            flag,
            execArgv: ['--require', withoutGrpc],
            env: { ...env, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', GENVITALS_CONSOLE: '1' },
          });
          assert.deepEqual([end.code, end.stdout], [0, 'Forty-two.\n']);
          const { startLine, warnings } = readStderr(end.stderr);
          assert.match(startLine, /exporting to http:\S+ \(http\/protobuf\), which answers/);
          assert.equal(warnings.length, 1);
          assert.match(
            warnings[0] ?? '',
            /asks for grpc, but @grpc\/grpc-js is not installed, so http\/protobuf/,
          );
          assert.equal(callSpans(collector).length, 1);
          assert.equal(totalOf(collector, 'genvitals.client.calls'), 1);
          return 'http/protobuf, one line on stderr';
        }),
      ),
  },
  {
    group,
    name: 'GENVITALS_CONSOLE=1 and a collector that never answers',
    isFast: true,
    run: (flag) =>
      inTime(() =>
        withWorld(async ({ env }) => {
          const options = { args: ['natural end'], env: { ...env, GENVITALS_CONSOLE: '1' } };
          const bare = await runApp('endings.cjs', options);
          const traced = await runApp('endings.cjs', { ...options, flag });
          assert.deepEqual([traced.code, traced.stdout], [0, bare.stdout]);
          const { startLine, warnings } = readStderr(traced.stderr);
          assert.match(
            startLine,
            / · exporting to http:\S+ \(http\/protobuf\), which has not answered yet · /,
          );
          assert.deepEqual(warnings, []);
          const addedMs = Math.round(traced.endMs - bare.endMs);
          assertSoon(addedMs);
          return `the start line says so, +${addedMs} ms`;
        }, 'black hole'),
      ),
  },
  {
    group,
    name: 'a collector that never answers is said once',
    isFast: true,
    run: (flag) =>
      withWorld(async ({ env, collector }) => {
        const soon = { OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_BLRP_SCHEDULE_DELAY: '50' };
        const end = await runApp('endings.cjs', {
          flag,
          args: ['SIGTERM, no listener'],
          env: { ...env, ...soon, OTEL_EXPORTER_OTLP_TIMEOUT: '300' },
          onLine: (line, app) => {
            if (line !== 'ending') return;
            // So many connections are begun only after some were given up.
            void (async () => {
              for (let waited = 0; waited < 15_000 && collector.connections() < 5; waited += 50)
                await sleep(50);
              app.kill('SIGTERM');
            })();
          },
        });
        assert.equal(end.signal, 'SIGTERM');
        assert.match(
          end.stderr,
          /^genvitals: no telemetry gets through to http:\S+ \(no answer within 300 ms\)[^\n]*\n$/,
        );
        return 'one line on stderr';
      }, 'black hole'),
  },
];
