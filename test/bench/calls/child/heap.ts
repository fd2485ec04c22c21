import type OpenAI from 'openai-6-49';
import { cases } from './cases.ts';
import { setStreamChunks, STREAM_CHUNKS } from './stub-fetch.ts';

const CHUNKS = 20_000;
/** By then everything is there that every stream has, however short. */
const FIRST = 100;
const LAST = CHUNKS - 10;
const TRIALS = 5;

async function heapBytes(): Promise<number> {
  // Twice, with a turn between: what finalizers let go of is collected too.
  globalThis.gc?.();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function growth(client: OpenAI): Promise<number> {
  const stream = (await client.chat.completions.create(cases.stream)) as AsyncIterable<unknown>;
  let seen = 0;
  let before = 0;
  let after = 0;
  for await (const chunk of stream) {
    if (chunk === null) throw new Error('no chunk');
    seen++;
    if (seen === FIRST) before = await heapBytes();
    if (seen === LAST) after = await heapBytes();
  }
  if (seen !== CHUNKS) throw new Error(`the stream had ${seen} chunks`);
  return after - before;
}

/** What the heap has gained near the end of a long stream, in bytes, for clients in turn. */
export async function measureHeap(
  clients: Readonly<Record<string, OpenAI>>,
): Promise<Readonly<Record<string, number[]>>> {
  setStreamChunks(CHUNKS);
  const found: Record<string, number[]> = {};
  // The first trial compiles the code.
  for (let trial = 0; trial <= TRIALS; trial++) {
    for (const [name, client] of Object.entries(clients)) {
      const bytes = await growth(client);
      if (trial > 0) (found[name] ??= []).push(bytes);
    }
  }
  setStreamChunks(STREAM_CHUNKS);
  return found;
}
