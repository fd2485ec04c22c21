import assert from 'node:assert/strict';
import { createSimulator } from '@genvitals/openai-simulator';
import { type AppEnd, type Flag, isFromDist, runApp } from '../app.ts';
import { createCollector, totalOf } from '../collector.ts';
import { inTime, type LoadingCase } from '../loading-case.ts';
import { callSpans } from '../spans.ts';

const GROUP = 'Serverless';
/** From the sources each process takes three times as long. */
const PROCESSES = isFromDist ? 100 : 12;
const CONCURRENCY = 3;
/** A model that answers at once gives the exporter's thread no time to begin: some 300 ms. */
const LATENCY_SCALE = 0.5;

/** USD for a million tokens of gpt-4o-mini. */
const PRICE = { input: 0.15, cached: 0.075, output: 0.6 };

interface Way {
  readonly name: string;
  readonly file: string;
  /** What ends the process once it has answered; undefined where it ends by itself. */
  readonly kill?: 'SIGKILL';
}

const WAYS: readonly Way[] = [
  { name: 'that end', file: 'one-call.cjs' },
  {
    name: 'with withFlush, frozen at the answer and never thawed',
    file: 'frozen-function.cjs',
    kill: 'SIGKILL',
  },
];

const TEMPORALITIES = ['delta', 'cumulative'] as const;

async function runMany(
  way: Way,
  flag: Flag,
  envOf: (index: number) => Readonly<Record<string, string>>,
): Promise<AppEnd[]> {
  const ends: AppEnd[] = [];
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < PROCESSES) {
      ends.push(
        await runApp(way.file, {
          flag,
          env: envOf(begun++),
          onLine: (_line, app) => {
            if (way.kill !== undefined) app.kill(way.kill);
          },
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return ends;
}

/** Half of the processes report deltas, and half totals. */
async function runShortProcesses(way: Way, flag: Flag): Promise<string> {
  const collectors = await Promise.all(TEMPORALITIES.map(async () => createCollector()));
  const simulator = await createSimulator({ latencyScale: LATENCY_SCALE });
  try {
    const ends = await runMany(way, flag, (index) => ({
      OPENAI_BASE_URL: simulator.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: collectors[index % 2]?.url ?? '',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: TEMPORALITIES[index % 2] ?? '',
      // The simulator stands in for OpenAI, whose prices its models have.
      GENVITALS_PROVIDERS: '127.0.0.1=openai',
    }));
    for (const { signal, stderr } of ends) assert.deepEqual([signal, stderr], [way.kill ?? null, '']);
    const { calls, tokens } = simulator.counts();
    assert.equal(calls.total, PROCESSES, 'what the simulator counted');
    for (const collector of collectors) {
      assert.equal(totalOf(collector, 'genvitals.client.calls'), PROCESSES / 2, 'calls');
      assert.equal(callSpans(collector).length, PROCESSES / 2, 'spans');
      assert.equal(collector.logRecords.length, PROCESSES / 2, 'events');
    }
    const usd =
      ((tokens.input - tokens.cached) * PRICE.input +
        tokens.cached * PRICE.cached +
        tokens.output * PRICE.output) /
      1e6;
    const told = collectors.reduce((sum, it) => sum + totalOf(it, 'genvitals.client.cost'), 0);
    assert.ok(Math.abs(told - usd) < 1e-12, `cost: expected ${usd}, got ${told}`);
    return `${PROCESSES} calls and ${usd.toFixed(6)} USD, as counted`;
  } finally {
    await Promise.all([...collectors, simulator].map(async (one) => one.close()));
  }
}

const shortProcesses: readonly LoadingCase[] = WAYS.map((way) => ({
  group: GROUP,
  name: `processes of one call ${way.name}, half with delta and half with cumulative metrics`,
  flags: ['--require'],
  isFast: true,
  run: (flag) => inTime(() => runShortProcesses(way, flag)),
}));

export const serverlessCases: readonly LoadingCase[] = shortProcesses;
