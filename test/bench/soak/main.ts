/**
 * Whether the heap grows with the number of calls (`pnpm bench:soak`).
 *   --calls N    plain calls (default 200,000)
 *   --streams N  streams, of which every fifth is aborted and every fifth dropped half-read (default 2,000)
 */
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { histogramProducer, setHost } from '@genvitals/instrumentation-openai/host';
import type OpenAI from 'openai-6-49';
import { cases } from '../calls/child/cases.ts';
import { loadPatched } from '../calls/child/clients.ts';
import { startSdk } from '../calls/child/sdk.ts';
import { slopeOf, type Sample } from './slope.ts';

const SAMPLES = 40;
/** The first quarter compiles code and fills what has a bound. */
const SETTLED_FROM = SAMPLES / 4;
const AT_ONCE = 20;

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '200000' }, streams: { type: 'string', default: '2000' } },
});

async function heapBytes(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return process.memoryUsage().heapUsed;
}

async function sampled(count: number, work: (index: number) => Promise<void>): Promise<Sample[]> {
  const samples: Sample[] = [];
  const share = Math.ceil(count / SAMPLES);
  for (let done = 0; done < count;) {
    const until = Math.min(done + share, count);
    while (done < until) {
      const batch = Math.min(AT_ONCE, until - done);
      const first = done;
      await Promise.all(Array.from({ length: batch }, async (_, index) => work(first + index)));
      done += batch;
    }
    await sdk.flush();
    samples.push({ calls: done, bytes: await heapBytes() });
  }
  return samples;
}

function print(what: string, samples: readonly Sample[]): void {
  const settled = samples.slice(SETTLED_FROM);
  const { bytesACall, standardError } = slopeOf(settled);
  const [first, last] = [settled[0], settled.at(-1)];
  process.stdout.write(
    `${what}: ${bytesACall.toFixed(2)} ± ${(2 * standardError).toFixed(2)} bytes each (least squares, 2 standard errors); heap ${toMb(first?.bytes)} MB after ${first?.calls}, ${toMb(last?.bytes)} MB after ${last?.calls}\n`,
  );
}

function toMb(bytes = 0): string {
  return (bytes / 1e6).toFixed(2);
}

if (globalThis.gc === undefined) throw new Error('Expected --expose-gc: run `pnpm bench:soak`');
const require = createRequire(new URL('../../package.json', import.meta.url));
const sdk = startSdk(require, { sdkLine: 3, sdk: 'spans, metrics and events' }, [
  histogramProducer('cumulative'),
]);
setHost({ meterProvider: sdk.api.metrics.getMeterProvider() });
const client: OpenAI = await loadPatched(require, 'openai-6-49', 'genvitals');

print(
  'calls',
  await sampled(Number(values.calls), async () => {
    await client.chat.completions.create(cases.call);
  }),
);

/** What the app let go of, to see that we did too. */
const left: WeakRef<object>[] = [];

const streamed = cases.stream as OpenAI.Chat.ChatCompletionCreateParamsStreaming;

/** Read out, aborted, or dropped half-read. */
async function readStream(index: number): Promise<void> {
  const stream = await client.chat.completions.create(streamed);
  const kind = index % 5;
  if (kind < 2) left.push(new WeakRef(stream));
  const iterator = stream[Symbol.asyncIterator]();
  for (let chunk = 0; ; chunk++) {
    if (chunk === 50 && kind === 0) stream.controller.abort();
    if (chunk === 50 && kind === 1) return;
    if ((await iterator.next()).done === true) return;
  }
}

print('streams', await sampled(Number(values.streams), readStream));
await heapBytes();
const kept = left.filter((reference) => reference.deref() !== undefined).length;
process.stdout.write(`streams that were aborted or dropped: ${left.length}, still in memory: ${kept}\n`);
await sdk.flush();
process.stdout.write(`spans exported: ${sdk.exported.spans}\n`);
process.exit(kept === 0 ? 0 : 1);
