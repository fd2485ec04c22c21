import assert from 'node:assert/strict';
import { createSimulator } from '@genvitals/openai-simulator';
import { type AppEnd, type Flag, runApp } from '../app.ts';
import { type Collector, createCollector, totalOf } from '../collector.ts';
import { installFixture, placePackages } from '../fixture.ts';
import type { LoadingCase } from '../loading-case.ts';
import { callSpans } from '../spans.ts';

const group = 'Two instrumentations of openai';

interface Expected {
  /** Spans of calls by the scope that made them; the others of the app's SDK are none of a call. */
  readonly spans: Readonly<Record<string, number>>;
  readonly says?: RegExp;
  /** The other has histograms of our names. */
  readonly hasMetrics?: boolean;
  readonly isWithoutFlag?: boolean;
}

let ready: Promise<string> | undefined;

/** The app's folder, with two copies of our package besides that of the flag. */
function getReady(): Promise<string> {
  ready ??= (async () => {
    const { folder } = await installFixture('openai-tracers');
    await placePackages(folder);
    await placePackages(`${folder}another-copy/`);
    return folder;
  })();
  return ready;
}

interface Seen {
  readonly end: AppEnd;
  readonly collector: Collector;
  readonly asked: number;
}

async function runTracers(
  tracers: readonly string[],
  flag: Flag | undefined,
  more: Readonly<Record<string, string>> = {},
): Promise<Seen> {
  const folder = await getReady();
  const collector = await createCollector();
  const simulator = await createSimulator({ latencyScale: 0.05 });
  try {
    const end = await runApp(`${folder}tracers.cjs`, {
      flag,
      cwd: folder,
      env: {
        OPENAI_BASE_URL: simulator.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        APP_TRACERS: tracers.join(','),
        ...more,
      },
    });
    return { end, collector, asked: simulator.counts().calls.total };
  } finally {
    await Promise.all([collector.close(), simulator.close()]);
  }
}

function spansByScope({ spans }: Collector): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { scope } of spans) counts[scope.name] = (counts[scope.name] ?? 0) + 1;
  return counts;
}

/** Who tells the conventions' durations. */
function durationScopes({ metrics }: Collector): string[] {
  const durations = metrics.filter(({ metric }) => metric.name === 'gen_ai.client.operation.duration');
  return [...new Set(durations.map(({ scope }) => scope.name))].toSorted();
}

/** Four calls, counted once each, whoever else is there; and spans as the docs say. */
function twoCase(
  name: string,
  tracers: readonly string[],
  { spans, says, hasMetrics = false, isWithoutFlag = false }: Expected,
  more: Readonly<Record<string, string>> = {},
): LoadingCase {
  return {
    group,
    name,
    ...(isWithoutFlag ? { flags: ['--require'] as const } : {}),
    run: async (flag) => {
      const { end, collector, asked } = await runTracers(tracers, isWithoutFlag ? undefined : flag, more);
      assert.deepEqual([end.code, end.stdout], [0, 'done\n']);
      assert.equal(asked, 4, 'what the simulator counted');
      assert.equal(totalOf(collector, 'genvitals.client.calls'), asked, 'calls by our counter');
      assert.deepEqual(spansByScope(collector), spans, 'spans by scope');
      assert.equal(
        collector.logRecords.filter(({ scope }) => scope.name === OURS).length,
        asked,
        'our events',
      );
      assert.match(end.stderr, says ?? /^$/);
      assert.deepEqual(durationScopes(collector), hasMetrics ? [OURS, OFFICIAL].toSorted() : [OURS]);
      const theirs = collector.spans.length - callSpans(collector).length;
      return `${asked} calls, each counted once; ${callSpans(collector).length} spans of ours, ${theirs} of the other; ${says === undefined ? 'nothing printed' : 'one line says who it is'}`;
    },
  };
}

const OURS = '@genvitals/instrumentation-openai';
const OFFICIAL = '@opentelemetry/instrumentation-openai';
const TRACELOOP = '@traceloop/instrumentation-openai';
const OPENINFERENCE = '@arizeai/openinference-instrumentation-openai';

/** One line that names the other. */
function told(who: string, what: string): RegExp {
  return new RegExp(`^genvitals: ${who} makes spans of OpenAI calls, ${what}[^\\n]*\\n$`);
}

export const twoInstrumentationCases: readonly LoadingCase[] = [
  twoCase(`${OFFICIAL} 0.22`, ['official'], {
    spans: { [OFFICIAL]: 4 },
    hasMetrics: true,
    says: told(OFFICIAL, 'so genvitals makes none beside them and only counts'),
  }),
  twoCase(`${TRACELOOP} 0.27`, ['traceloop'], {
    spans: { [TRACELOOP]: 3, [OURS]: 1 },
    says: told(TRACELOOP, 'so genvitals makes none beside them and only counts'),
  }),
  twoCase(`${OPENINFERENCE} 4.2`, ['openinference'], {
    spans: { [OPENINFERENCE]: 4, [OURS]: 4 },
    says: told(OPENINFERENCE, 'in other names, beside those of genvitals: each call has two'),
  }),
  twoCase(
    `${OFFICIAL} 0.22, without a context manager`,
    ['official'],
    {
      spans: { [OFFICIAL]: 4, [OURS]: 4 },
      hasMetrics: true,
      says: /^genvitals: another instrumentation has wrapped methods of openai, [^\n]*context manager[^\n]*\n$/,
    },
    { APP_CONTEXT: '0' },
  ),
  twoCase('ours, in the app’s own SDK too, from another copy', ['ours'], { spans: { [OURS]: 4 } }),
  twoCase(
    'ours, and instrument(OpenAI) by two other copies',
    [],
    { spans: { [OURS]: 4 } },
    { APP_BY_HAND: '1' },
  ),
  twoCase(
    'ours, four copies in all ways',
    ['ours', 'another copy of ours'],
    { spans: { [OURS]: 4 } },
    { APP_BY_HAND: '1' },
  ),
  twoCase('ours, two copies in the app’s own SDK, without the flag', ['ours', 'another copy of ours'], {
    spans: { [OURS]: 4 },
    isWithoutFlag: true,
  }),
];
