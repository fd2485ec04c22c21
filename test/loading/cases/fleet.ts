import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSimulator, type SimulatorCounts } from '@genvitals/openai-simulator';
import { type Flag, runApp } from '../app.ts';
import { type Collector, createCollector, totalOf } from '../collector.ts';
import { inTime, type LoadingCase } from '../loading-case.ts';
import { callSpans } from '../spans.ts';

/** Processes and threads that call: the primary of the cluster does not. */
const CALLERS = 6;
const SETTLED_WITHIN_MS = 5000;

interface Totals {
  readonly calls: number;
  readonly attempts: number;
  readonly failed: number;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

/** What was answered. A request that is sent again is another attempt of the same call. */
function truthOf({ calls, tokens }: SimulatorCounts): Totals {
  return {
    calls: calls.total - calls.retries,
    attempts: calls.total,
    failed: calls.errors - calls.retries,
    ...tokens,
  };
}

/** What the metrics say, over all who sent some. Our kinds of tokens are disjoint, OpenAI's are parts of each other. */
function toldBy(collector: Collector): Totals {
  const tokens = (kind: string): number =>
    totalOf(collector, 'genvitals.client.tokens', (labels) => labels['genvitals.token.kind'] === kind);
  return {
    calls: totalOf(collector, 'genvitals.client.calls'),
    attempts: totalOf(collector, 'genvitals.client.attempts'),
    failed: totalOf(collector, 'genvitals.client.calls', (labels) => labels['genvitals.outcome'] === 'error'),
    input: tokens('input') + tokens('cache_read'),
    cached: tokens('cache_read'),
    output: tokens('output') + tokens('reasoning'),
    reasoning: tokens('reasoning'),
  };
}

async function runFleet(flag: Flag): Promise<string> {
  const collector = await createCollector();
  const simulator = await createSimulator({ latencyScale: 0.05 });
  try {
    const env = { OPENAI_BASE_URL: simulator.url, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const bare = await runApp('fleet.cjs', { env });
    const before = truthOf(simulator.counts());
    const traced = await runApp('fleet.cjs', { flag, env });
    const after = truthOf(simulator.counts());
    for (const key of ['code', 'signal', 'stdout', 'stderr'] as const)
      assert.equal(traced[key], bare[key], key);
    const names = Object.keys(after) as (keyof Totals)[];
    const truth = Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as {
      [Name in keyof Totals]: number;
    };
    for (const name of names) assert.ok(truth[name] > 0, `the fleet makes ${name}`);
    // The primary does not wait for what its workers still hand over.
    for (let waited = 0; waited < SETTLED_WITHIN_MS; waited += 50) {
      if (toldBy(collector).calls >= truth.calls) break;
      await sleep(50);
    }
    assert.deepEqual(toldBy(collector), truth, 'summed over the metrics, as the simulator counted');
    assert.equal(callSpans(collector).length, truth.calls, 'one span a call');
    const instances = new Set(
      callSpans(collector).map(({ resource }) => resource.attributes['service.instance.id']),
    );
    assert.equal(instances.size, CALLERS, 'instances');
    const { calls, attempts, input, cached, output } = truth;
    return `${calls} calls in ${attempts} attempts, ${input} input (${cached} cached) and ${output} output tokens, each as counted`;
  } finally {
    await Promise.all([collector.close(), simulator.close()]);
  }
}

export const fleetCases: readonly LoadingCase[] = [
  {
    group: 'Processes and threads',
    name: 'cluster of 4 and two worker threads: metrics against what the simulator counted',
    isFast: true,
    run: (flag) => inTime(() => runFleet(flag)),
  },
];
