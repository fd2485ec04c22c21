import assert from 'node:assert/strict';
import { ourArgv, type AppOptions, type Flag } from '../app.ts';
import { totalOf } from '../collector.ts';
import { type Fixture, type FixtureName, installFixture } from '../fixture.ts';
import { type LoadingCase, type World, withWorld } from '../loading-case.ts';
import { createSentryServer } from '../sentry-server.ts';
import { serve } from '../serve.ts';
import { appSpans, callSpans } from '../spans.ts';
import { headerValues } from '../upstream.ts';

interface Seen {
  /** The tool's own spans. */
  readonly spans: readonly string[];
  readonly headers: readonly string[];
  readonly code: number | null;
  readonly stderr: string;
  readonly calls: number;
  readonly others: number;
  readonly hasMetrics: boolean;
  /** Calls by our counter. */
  readonly counted: number;
}

type Trace = (flag: Flag | undefined, fixture: Fixture) => Promise<Seen>;

function toHeaders({ upstream }: World, ...names: string[]): string[] {
  return upstream.requests.map(({ rawHeaders }) =>
    names.map((name) => `${name} ${headerValues(rawHeaders, name).length}`).join(', '),
  );
}

function traceBySentry(options: object, settings: Readonly<Record<string, string>> = {}): Trace {
  return async (flag, { folder }) => {
    const sentry = await createSentryServer();
    try {
      return await withWorld(async (world) => {
        const env = {
          ...world.env,
          ...settings,
          SENTRY_TEST_DSN: sentry.dsn,
          SENTRY_TEST_OPTIONS: JSON.stringify(options),
        };
        const { code, stderr } = await serve(`${folder}sentry.cjs`, ['/ask', '/ask'], {
          flag,
          cwd: folder,
          env,
        });
        return {
          code,
          stderr,
          // Addresses hold the port, which changes.
          spans: sentry.spans.map((span) => span.replace(/:\d+/, '')).toSorted(),
          headers: toHeaders(world, 'traceparent', 'sentry-trace', 'baggage'),
          calls: callSpans(world.collector).length,
          others: appSpans(world.collector).length,
          hasMetrics: world.collector.metrics.length > 0,
          counted: totalOf(world.collector, 'genvitals.client.calls'),
        };
      });
    } finally {
      await sentry.close();
    }
  };
}

function traceByDatadog(
  env: Readonly<Record<string, string>>,
  preload: 'none' | 'before' | 'after' = 'none',
): Trace {
  return (flag, { folder }) =>
    withWorld(async (world) => {
      const init = ['--require', 'dd-trace/init'];
      const options: AppOptions =
        preload === 'after'
          ? { execArgv: [...ourArgv(flag), ...init] }
          : { flag, execArgv: preload === 'before' ? init : [] };
      const { code, stderr, stdout } = await serve(`${folder}datadog.cjs`, ['/ask', '/ask'], {
        ...options,
        cwd: folder,
        env: {
          ...world.env,
          DD_TRACE_EXPERIMENTAL_EXPORTER: 'log',
          DD_REMOTE_CONFIGURATION_ENABLED: 'false',
          DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
          DD_TRACE_STARTUP_LOGS: 'false',
          ...env,
        },
      });
      return {
        code,
        stderr,
        spans: toDatadogSpans(stdout),
        headers: toHeaders(world, 'traceparent', 'x-datadog-trace-id'),
        calls: callSpans(world.collector).length,
        others: appSpans(world.collector).length,
        hasMetrics: world.collector.metrics.length > 0,
        counted: totalOf(world.collector, 'genvitals.client.calls'),
      };
    });
}

function toDatadogSpans(stdout: string): string[] {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{"traces"'));
  return lines
    .flatMap((line) => (JSON.parse(line) as { traces: { name: string; resource: string }[][] }).traces.flat())
    .filter(({ name }) => name !== 'tcp.connect' && name !== 'dns.lookup')
    .map(({ name, resource }) => `${name} ${resource}`)
    .toSorted();
}

interface Expected {
  /** Whose providers the OpenAI spans go to: none of ours where the tool has one of its own. */
  readonly providers: 'ours' | "the tool's";
  /** What reaches our exporter from the tool, if it speaks OpenTelemetry without an SDK. */
  readonly others?: number;
  /** Ours, beside spans that go to the tool; they go with the spans where nothing else is said. */
  readonly hasMetrics?: boolean;
}

function toolOf(group: string): string {
  return group.startsWith('dd-trace') ? 'dd-trace' : 'Sentry';
}

/** With its own instrumentation switched off, as our line tells people, ours are in its place. */
function offCase(group: string, name: string, fixture: FixtureName, trace: Trace): LoadingCase {
  return {
    group,
    name,
    run: async (flag) => {
      const { spans, stderr } = await trace(flag, await installFixture(fixture));
      assert.equal(stderr, '');
      assert.deepEqual(
        spans.filter((span) => /openai\.request| chat gpt/.test(span)),
        Array<string>(2).fill(spans.find((span) => span.includes('chat gpt-4o-mini')) ?? 'ours'),
      );
      return 'our 2 spans in the tool’s traces, nothing printed';
    },
  };
}

function tracerCase(
  group: string,
  name: string,
  fixture: 'sentry-10' | 'sentry-11' | 'dd-trace',
  trace: Trace,
  expected: Expected,
): LoadingCase {
  return {
    group,
    name,
    run: async (flag) => {
      const installed = await installFixture(fixture);
      const bare = await trace(undefined, installed);
      const traced = await trace(flag, installed);
      const hasSpans = expected.others === undefined;
      assert.equal(bare.spans.length > 0, hasSpans, 'the tool has spans of its own without us');
      assert.equal(traced.code, bare.code);
      assert.equal(bare.stderr, '');
      // Where its spans go through OpenTelemetry, whoever provides it, they stand for ours.
      const isDoubled = expected.providers === "the tool's" || expected.others !== undefined;
      const line = new RegExp(
        `^genvitals: ${toolOf(group)} makes spans of OpenAI calls, so genvitals makes none[^\\n]*\\n$`,
      );
      assert.match(traced.stderr, isDoubled ? line : /^$/);
      assert.deepEqual(traced.spans, bare.spans, 'every span where it went before');
      assert.deepEqual(traced.headers, bare.headers, 'no header more');
      const isOurs = expected.providers === 'ours';
      const hasMetrics = expected.hasMetrics ?? isOurs;
      assert.equal(traced.hasMetrics, hasMetrics);
      assert.equal(traced.counted, hasMetrics ? 2 : 0, 'calls by our counter');
      assert.equal(traced.others, expected.others ?? 0, 'nothing of the tool in our export');
      assert.equal(traced.calls, isDoubled ? 0 : 2, 'spans of ours in our export');
      const own = hasSpans
        ? `${bare.spans.length} spans as before`
        : `none in base; its ${traced.others} to our exporter`;
      if (!isDoubled) return `${own}; ours to our exporter`;
      return `${own}; no second span of a call, one line says so, ${hasMetrics ? 'metrics to our exporter' : 'no metrics'}`;
    },
  };
}

const sentry11 = '@sentry/node 11.12';
const sentry10 = '@sentry/node 10.78';
const datadog = 'dd-trace 6.21';

const AWAITED = { APP_INIT: 'awaited' };
const withOpenTelemetry = { enableOpenTelemetrySetup: true };

export const otherTracers: readonly LoadingCase[] = [
  tracerCase(sentry11, 'default', 'sentry-11', traceBySentry({}), { providers: 'ours' }),
  tracerCase(sentry11, 'default, after an await', 'sentry-11', traceBySentry({}, AWAITED), {
    providers: 'ours',
  }),
  tracerCase(sentry11, 'enableOpenTelemetrySetup', 'sentry-11', traceBySentry(withOpenTelemetry), {
    providers: "the tool's",
  }),
  tracerCase(
    sentry11,
    'enableOpenTelemetrySetup, after an await',
    'sentry-11',
    traceBySentry(withOpenTelemetry, AWAITED),
    { providers: "the tool's" },
  ),
  tracerCase(sentry10, 'default', 'sentry-10', traceBySentry({}), { providers: "the tool's" }),
  tracerCase(sentry10, 'default, after an await', 'sentry-10', traceBySentry({}, AWAITED), {
    providers: "the tool's",
  }),
  tracerCase(sentry10, 'default, GENVITALS_SDK=on', 'sentry-10', traceBySentry({}, { GENVITALS_SDK: 'on' }), {
    providers: "the tool's",
    hasMetrics: true,
  }),
  tracerCase(
    sentry10,
    'skipOpenTelemetrySetup',
    'sentry-10',
    traceBySentry({ skipOpenTelemetrySetup: true }),
    { providers: 'ours', others: 8 },
  ),
  offCase(
    sentry10,
    'its OpenAI integration left out',
    'sentry-10',
    traceBySentry({}, { SENTRY_TEST_WITHOUT: 'OpenAI' }),
  ),
  offCase(
    sentry11,
    'enableOpenTelemetrySetup, its OpenAI integration left out',
    'sentry-11',
    traceBySentry(withOpenTelemetry, { SENTRY_TEST_WITHOUT: 'OpenAI' }),
  ),
  tracerCase(datadog, 'init() in the first lines', 'dd-trace', traceByDatadog({ APP_INIT: 'first' }), {
    providers: 'ours',
  }),
  tracerCase(datadog, 'init() after an await', 'dd-trace', traceByDatadog(AWAITED), { providers: 'ours' }),
  tracerCase(datadog, '--require dd-trace/init before ours', 'dd-trace', traceByDatadog({}, 'before'), {
    providers: 'ours',
  }),
  tracerCase(datadog, '--require dd-trace/init after ours', 'dd-trace', traceByDatadog({}, 'after'), {
    providers: 'ours',
  }),
  tracerCase(
    datadog,
    'its OpenTelemetry TracerProvider',
    'dd-trace',
    traceByDatadog({ APP_INIT: 'first', APP_PROVIDER: '1' }),
    { providers: "the tool's" },
  ),
  tracerCase(
    datadog,
    'its OpenTelemetry TracerProvider, after an await',
    'dd-trace',
    traceByDatadog({ ...AWAITED, APP_PROVIDER: '1' }),
    { providers: "the tool's" },
  ),
  offCase(
    datadog,
    'its OpenTelemetry TracerProvider, DD_TRACE_OPENAI_ENABLED=false',
    'dd-trace',
    traceByDatadog({ APP_INIT: 'first', APP_PROVIDER: '1', DD_TRACE_OPENAI_ENABLED: 'false' }),
  ),
];
