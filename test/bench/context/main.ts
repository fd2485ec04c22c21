/**
 * What `withContext` and an assignment take (`pnpm bench:context`), beside the context manager's own `with`, in turn in one process.
 *   --rounds N   rounds (default 60)
 *   --write      puts the table into docs/performance.md
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withContext } from '@genvitals/context';
import { getExperiment } from '@genvitals/context/experiments';
import { context, createContextKey, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { threadTimeUs } from '../calls/child/thread-time.ts';
import { writePage } from '../performance-page.ts';
import { type ResultTable, toPlainText } from '../result-table.ts';
import { spreadOf, toDigits } from '../spread.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '60' },
    write: { type: 'boolean', default: false },
  },
});

const RUNS_A_ROUND = 20_000;

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [] }));
const key = createContextKey('bench');
let done = 0;
const work = (): void => {
  done++;
};
const prompt = { name: 'greeting', version: '1' };
const experiment = { name: 'tone', variant: 'control', unit: 'anna' };

const UNITS = 1_000;
const directory = mkdtempSync(join(tmpdir(), 'genvitals-bench-'));
mkdirSync(join(directory, 'experiments'));
writeFileSync(
  join(directory, 'experiments/tone.yaml'),
  'hypothesis: h\narms: { control: {}, candidate: {} }\n',
);
const { assign } = getExperiment('tone', { directory });

const contestants: Readonly<Record<string, () => void>> = {
  'the context manager alone, one value': () => context.with(context.active().setValue(key, 1), work),
  'withContext, a feature': () => withContext({ feature: 'support' }, work),
  'withContext, all words': () =>
    withContext(
      {
        feature: 'support',
        userId: 'anna',
        sessionId: 's',
        conversationId: 'c',
        prompt,
        experiment,
        tags: { plan: 'pro' },
      },
      work,
    ),
  'assign, a unit that was told before': () => void assign(`user-${done++ % UNITS}`),
};

const names = Object.keys(contestants);
const times = new Map<string, number[]>(names.map((name) => [name, []]));
const span = trace.getTracer('bench').startSpan('request');
context.with(trace.setSpan(context.active(), span), () => {
  for (let round = -5; round < Number(values.rounds); round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const run = contestants[name] as () => void;
      const beforeUs = threadTimeUs();
      for (let count = 0; count < RUNS_A_ROUND; count++) run();
      if (round >= 0) times.get(name)?.push((threadTimeUs() - beforeUs) / RUNS_A_ROUND);
    }
  }
});
rmSync(directory, { recursive: true });
if (done === 0) throw new Error('Expected the work to be done, and nothing was');

const table: ResultTable = {
  id: 'context-words',
  title: 'CPU in µs, inside of a span (median and middle half)',
  head: ['what', 'µs'],
  rows: names.map((name) => {
    const { median, low, high } = spreadOf(times.get(name) ?? []);
    return [name, `${toDigits(median)} (${toDigits(low)} to ${toDigits(high)})`];
  }),
};
process.stdout.write(`\n${toPlainText(table)}`);
if (values.write) writePage('context', [table]);
