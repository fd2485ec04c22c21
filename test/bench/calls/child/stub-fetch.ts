import { setImmediate as nextTurn } from 'node:timers/promises';

const CALLS_A_TURN = 50;
const MODEL = 'gpt-4o-mini-2024-07-18';
export const STREAM_CHUNKS = 500;

const usage = {
  prompt_tokens: 20,
  completion_tokens: 5,
  total_tokens: 25,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
};

const answer = JSON.stringify({
  id: 'chatcmpl-1234567890abcdef',
  object: 'chat.completion',
  created: 1_760_000_000,
  model: MODEL,
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello there', refusal: null },
      finish_reason: 'stop',
      logprobs: null,
    },
  ],
  usage,
  service_tier: 'default',
  system_fingerprint: 'fp_1234567890',
});

function toEvent(choices: readonly object[], rest: object = {}): string {
  const chunk = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: MODEL,
    choices,
    ...rest,
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function eventAt(index: number, count: number): string {
  if (index === count - 1) return toEvent([], { usage });
  const isLast = index === count - 2;
  const delta = isLast ? {} : { content: 'word ' };
  return toEvent([{ index: 0, delta, finish_reason: isLast ? 'stop' : null }]);
}

const encoder = new TextEncoder();
const EVENTS_A_PIECE = 100;

function makePiece(from: number, count: number): Uint8Array {
  const until = Math.min(from + EVENTS_A_PIECE, count);
  let text = '';
  for (let index = from; index < until; index++) text += eventAt(index, count);
  return encoder.encode(until === count ? `${text}data: [DONE]\n\n` : text);
}

const shortStream = Array.from({ length: STREAM_CHUNKS / EVENTS_A_PIECE }, (_, piece) =>
  makePiece(piece * EVENTS_A_PIECE, STREAM_CHUNKS),
);

/** Few pieces with many events each: what the client does for a piece is not what is measured. */
function makeBody(count: number): ReadableStream<Uint8Array> {
  let piece = 0;
  return new ReadableStream({
    pull(controller) {
      const from = piece * EVENTS_A_PIECE;
      controller.enqueue(count === STREAM_CHUNKS ? shortStream[piece] : makePiece(from, count));
      piece++;
      if (from + EVENTS_A_PIECE >= count) controller.close();
    },
  });
}

const plainHeaders = { 'content-type': 'application/json' };
const limitedHeaders = {
  ...plainHeaders,
  'x-ratelimit-limit-requests': '10000',
  'x-ratelimit-limit-tokens': '200000',
  'x-ratelimit-remaining-requests': '9999',
  'x-ratelimit-remaining-tokens': '199967',
  'x-ratelimit-reset-requests': '8.64s',
  'x-ratelimit-reset-tokens': '9ms',
};

let calls = 0;
let headers: Readonly<Record<string, string>> = plainHeaders;
let chunks = STREAM_CHUNKS;

/** How many chunks streams have from now on. */
export function setStreamChunks(count: number): void {
  chunks = count;
}

/** Whether answers name the limits, as OpenAI's do. */
export function setRateLimits(areNamed: boolean): void {
  headers = areNamed ? limitedHeaders : plainHeaders;
}

/** Answers at once. Now and then a turn of the event loop ends, so that timers and finalizers run as in life. */
export async function stubFetch(_url: unknown, init?: { readonly body?: unknown }): Promise<Response> {
  const isStream = typeof init?.body === 'string' && init.body.startsWith('{"stream":true');
  if (isStream || calls++ % CALLS_A_TURN === 0) await nextTurn();
  return isStream
    ? new Response(makeBody(chunks), { headers: { 'content-type': 'text/event-stream' } })
    : new Response(answer, { headers });
}
