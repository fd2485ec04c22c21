import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOtlpReceiver, temporalities } from '@genvitals/otlp';
import { type AppEnd, type AppOptions, type Flag, runApp } from '../app.ts';
import { totalOf } from '../collector.ts';
import { createGrpcCollector } from '../grpc-collector.ts';
import { inTime, type LoadingCase, type World, withWorld } from '../loading-case.ts';
import { callSpans } from '../spans.ts';

const group = 'Settings';

interface Counts {
  readonly spans: number;
  readonly calls: number;
  readonly events: number;
}

function countsOf({ collector }: Pick<World, 'collector'>): Counts {
  return {
    spans: callSpans(collector).length,
    calls: totalOf(collector, 'genvitals.client.calls'),
    events: collector.logRecords.length,
  };
}

const ALL: Counts = { spans: 1, calls: 1, events: 1 };

/** One call under some variables: what arrives and what is said. */
function setting(
  name: string,
  env: Readonly<Record<string, string>>,
  expected: Partial<Counts> & {
    readonly says?: RegExp;
    readonly prints?: RegExp;
    check?(world: World): void;
    readonly isFast?: boolean;
  } = {},
  file = 'one-call.cjs',
): LoadingCase {
  const { says, prints, check, isFast = false, ...counts } = expected;
  return {
    group,
    name,
    isFast,
    run: (flag) =>
      inTime(() =>
        withWorld(async (world) => {
          const end = await runApp(file, { flag, env: { ...world.env, ...env } });
          assert.equal(end.code, 0);
          if (prints === undefined) assert.equal(end.stdout, 'Forty-two.\n');
          else assert.match(end.stdout, prints);
          if (says === undefined) assert.equal(end.stderr, '');
          else assert.match(end.stderr, says);
          const arrived = { ...ALL, ...counts };
          assert.deepEqual(countsOf(world), arrived);
          check?.(world);
          const heard = Object.entries(arrived).map(([what, count]) => `${count} ${what}`);
          return `${heard.join(', ')}${says === undefined ? '' : '; one line on stderr'}`;
        }),
      ),
  };
}

const NOTHING: Counts = { spans: 0, calls: 0, events: 0 };

function resourceOf({ collector }: World): Record<string, unknown> {
  return collector.spans[0]?.resource.attributes ?? {};
}

async function runOnce(flag: Flag, options: AppOptions): Promise<AppEnd> {
  return runApp('one-call.cjs', { ...options, flag });
}

/** A server that takes requests and refuses what they bring. */
async function withStatus<Result>(
  status: number,
  use: (url: string, requests: () => number) => Promise<Result>,
): Promise<Result> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume().on('end', () => response.writeHead(status).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => requests);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

export const settingCases: readonly LoadingCase[] = [
  setting('http/json', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, { isFast: true }),
  setting('http/protobuf, gzip', { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }),
  setting('a protocol for one signal', { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' }),
  setting('GENVITALS_SDK=off', { GENVITALS_SDK: 'off' }, NOTHING),
  setting('OTEL_TRACES_SAMPLER=always_off', { OTEL_TRACES_SAMPLER: 'always_off' }, { spans: 0 }),
  setting('OTEL_METRICS_EXPORTER=none', { OTEL_METRICS_EXPORTER: 'none' }, { calls: 0 }),
  setting(
    'OTEL_TRACES_EXPORTER=console',
    { OTEL_TRACES_EXPORTER: 'console' },
    { spans: 0, prints: /chat gpt-4o-mini/ },
  ),
  setting(
    'OTEL_METRICS_EXPORTER=console, in a process shorter than an export interval',
    { OTEL_METRICS_EXPORTER: 'console' },
    {
      calls: 0,
      prints:
        /gen_ai\.client\.operation\.duration[^]*genvitals\.client\.calls|genvitals\.client\.calls[^]*gen_ai\.client\.operation\.duration/,
      isFast: true,
    },
  ),
  setting(
    'OTEL_TRACES_EXPORTER=otlp,zipkin',
    { OTEL_TRACES_EXPORTER: 'otlp,zipkin' },
    {
      says: /^genvitals: OTEL_TRACES_EXPORTER: expected otlp, console or none, got zipkin, which is left out\n$/,
    },
  ),
  setting(
    'OTEL_CONFIG_FILE, which is not read',
    { OTEL_CONFIG_FILE: 'otel.yaml' },
    {
      says: /^genvitals: OTEL_CONFIG_FILE is set but not read: [^\n]*\n$/,
      isFast: true,
    },
  ),
  setting(
    'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION, which is not read',
    { OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram' },
    {
      says: /^genvitals: OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION is set but not read: [^\n]*\n$/,
    },
  ),
  setting(
    'OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES',
    {
      OTEL_SERVICE_NAME: 'shop',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.name=other',
    },
    {
      check: (world) => {
        assert.equal(resourceOf(world)['service.name'], 'shop');
        assert.equal(resourceOf(world)['deployment.environment.name'], 'test');
      },
    },
  ),
  setting(
    'delta temporality',
    { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' },
    {
      check: ({ collector }) => {
        const duration = collector.metrics.find(
          ({ metric }) => metric.name === 'gen_ai.client.operation.duration',
        );
        assert.equal(duration?.metric.histogram?.aggregationTemporality, temporalities.delta);
      },
    },
  ),
  setting(
    'GENVITALS_CONSOLE=1: the start line',
    { GENVITALS_CONSOLE: '1' },
    {
      says: /^genvitals 0\.1\.0: openai 7\.57\.0 \(request layer\) · exporting to http:\/\/127\.0\.0\.1:\d+ \(http\/protobuf\), which answers · names v1\.41$/m,
      isFast: true,
    },
  ),
  setting('the ES build of flush(), at the top level', {}, { isFast: true }, 'one-call.mjs'),
  {
    group,
    name: 'flush() and then SIGKILL, both builds',
    run: (flag) =>
      withWorld(async (world) => {
        for (const [file, ...args] of [['flush.cjs'], ['one-call.mjs', 'SIGKILL']] as const) {
          const end = await runApp(file, { flag, args, env: world.env });
          assert.equal(end.signal, 'SIGKILL');
        }
        assert.deepEqual(countsOf(world), { spans: 2, calls: 2, events: 2 });
        return 'all delivered';
      }),
  },
  {
    group,
    name: 'grpc',
    run: async (flag) => {
      const collector = await createGrpcCollector();
      try {
        return await withWorld(async ({ env }) => {
          const end = await runOnce(flag, {
            env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
          });
          assert.deepEqual([end.code, end.stderr], [0, '']);
          assert.deepEqual(countsOf({ collector }), ALL);
          return 'all three signals, by the app’s @grpc/grpc-js';
        });
      } finally {
        await collector.close();
      }
    },
  },
  {
    group,
    name: 'a collector that is down is said once',
    isFast: true,
    run: (flag) =>
      withWorld(async ({ env }) => {
        const end = await runOnce(flag, { env });
        assert.deepEqual([end.code, end.stdout], [0, 'Forty-two.\n']);
        assert.match(
          end.stderr,
          /^genvitals: no telemetry gets through to http:\S+ \(ECONNREFUSED\)[^\n]*\n$/,
        );
        return 'one line on stderr';
      }, 'refused'),
  },
  {
    group,
    name: 'a collector that refuses (401) is said once',
    run: (flag) =>
      withWorld(async ({ env }) =>
        withStatus(401, async (url) => {
          const end = await runOnce(flag, { env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: url } });
          assert.deepEqual([end.code, end.stdout], [0, 'Forty-two.\n']);
          assert.match(
            end.stderr,
            /^genvitals: http:\S+ does not take our \w+ \(HTTP 401 Unauthorized\)[^\n]*\n$/,
          );
          return 'one line on stderr';
        }),
      ),
  },
  {
    group,
    name: 'a collector that comes back gets what waited',
    run: (flag) =>
      withWorld(async ({ env, collector }) => {
        const spans: string[] = [];
        const soon = { OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
        const running = runApp('endings.cjs', {
          flag,
          args: ['SIGTERM, no listener'],
          env: { ...env, ...soon },
          onLine: (line, app) => {
            if (line !== 'ending') return;
            void (async () => {
              await sleep(400);
              const receiver = await createOtlpReceiver({
                port: Number(new URL(collector.url).port),
                onTraces: ({ resourceSpans }) => {
                  for (const { scopeSpans } of resourceSpans)
                    for (const each of scopeSpans) spans.push(each.scope.name);
                },
              });
              for (let waited = 0; waited < 5000 && spans.length === 0; waited += 50) await sleep(50);
              app.kill('SIGKILL');
              await receiver.close();
            })();
          },
        });
        await running;
        assert.ok(spans.includes('@genvitals/instrumentation-openai'));
        return 'the span arrives';
      }, 'refused'),
  },
  {
    group,
    name: 'node --permission, which forbids threads',
    run: (flag) =>
      withWorld(async (world) => {
        const execArgv = ['--permission', '--allow-fs-read=*'];
        const end = await runOnce(flag, { env: world.env, execArgv });
        assert.deepEqual([end.code, end.stdout], [0, 'Forty-two.\n']);
        assert.match(end.stderr, /^genvitals: the thread that exports telemetry does not run[^\n]*\n$/m);
        return 'the app runs, one line on stderr';
      }),
  },
  {
    group: 'Unseen openai',
    name: 'bundled: its requests on the wire',
    isFast: true,
    run: (flag) =>
      withWorld(async (world) => {
        const end = await runApp('bundled.cjs', { flag, env: world.env });
        assert.deepEqual([end.code, end.stdout], [0, 'Forty-two.\n']);
        assert.match(
          end.stderr,
          /^genvitals: openai 7\.57\.0 is bundled into your build[^\n]*instrument\(OpenAI\)[^\n]*\n$/,
        );
        const info = world.collector.metrics.filter(
          ({ metric }) => metric.name === 'genvitals.instrumentation.info',
        );
        const seams = info.flatMap(
          ({ metric }) =>
            metric.gauge?.dataPoints.map(({ attributes }) => attributes['genvitals.seam']) ?? [],
        );
        assert.deepEqual([...new Set(seams)], ['bundled']);
        assert.equal(callSpans(world.collector).length, 0);
        return 'one line on stderr, the heartbeat says so';
      }),
  },
  {
    group: 'Unseen openai',
    name: 'bundled, and not called for 60 s',
    flags: ['--require'],
    run: (flag) =>
      withWorld(async ({ env }) => {
        const end = await runApp('idle-bundle.cjs', { flag, env, timeoutMs: 70_000 });
        assert.equal(end.code, 0);
        assert.match(end.stderr, /^genvitals: openai 7\.57\.0 is bundled into your build[^\n]*\n$/);
        return 'one line on stderr';
      }),
  },
  {
    group: 'Unseen openai',
    name: 'installed, and not loaded for 60 s',
    flags: ['--require'],
    run: async (flag) => {
      const end = await runApp('idle.cjs', { flag, timeoutMs: 70_000 });
      assert.deepEqual([end.code, end.stderr], [0, '']);
      return 'prints nothing';
    },
  },
];
