import * as fc from 'fast-check';
import type { ClientOptions, OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { createStage, loadFreshOpenAI, type Stage } from './app-stage.ts';

/** Anything that JSON can say, with the names that are read now and then among its keys. */
const word = fc.constantFrom(
  'id',
  'model',
  'choices',
  'usage',
  'index',
  'finish_reason',
  'message',
  'delta',
  'refusal',
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'prompt_tokens_details',
  'completion_tokens_details',
  'reasoning_tokens',
  'cached_tokens',
  'prompt_audio_seconds',
  'x_groq',
  'timings',
  'prompt_n',
  'cache_n',
  'status',
  'output',
  'content',
  'type',
  'response',
  'error',
  'code',
  'incomplete_details',
  'reason',
  'data',
  'embedding',
  'service_tier',
  'system_fingerprint',
  'input_tokens',
  'input_tokens_details',
  'input_token_details',
  'output_tokens_details',
  'image_tokens',
  'seconds',
  'duration',
  'background',
  'input',
);
const leaf = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    0,
    -1,
    1,
    1.5,
    1e300,
    '',
    'stop',
    'length',
    'failed',
    'completed',
    'response.completed',
    'image_generation.completed',
    'transcript.text.done',
    'error',
    'message',
    'refusal',
    '[DONE]',
  ),
  fc.integer(),
  fc.string({ maxLength: 12 }),
);
const { value } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  object: fc.dictionary(fc.oneof({ weight: 6, arbitrary: word }, fc.string({ maxLength: 4 })), tie('value'), {
    maxKeys: 6,
  }),
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'answer' },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
}));

const STREAMED_PATHS = [
  '/chat/completions',
  '/responses',
  '/completions',
  '/images/generations',
  '/images/edits',
  '/audio/transcriptions',
];
const path = fc.constantFrom(
  ...STREAMED_PATHS,
  '/embeddings',
  '/responses/compact',
  '/moderations',
  '/images/variations',
  '/audio/translations',
  '/audio/speech',
  '/vector_stores/vs_1/search',
);
const bodyText = fc.oneof(
  { weight: 8, arbitrary: value.map((each) => JSON.stringify(each)) },
  fc.string({ maxLength: 30 }),
);
const eventText = fc.oneof(
  { weight: 8, arbitrary: value.map((each) => `data: ${JSON.stringify(each)}\n\n`) },
  fc.constantFrom(
    'data: [DONE]\n\n',
    'data:\n\n',
    ': a comment\n\n',
    '\n',
    'event: error\ndata: {}\n\n',
    'data: {"a":\n\n',
  ),
  fc.string({ maxLength: 20 }),
);

function isAttribute(value: unknown): boolean {
  return typeof value === 'number' ? Number.isFinite(value) : ['string', 'boolean'].includes(typeof value);
}

/** One ended span for each call, with values that OpenTelemetry takes. */
function checkSpans(stage: Stage, calls: number): void {
  const spans = stage.spans();
  expect(spans).toHaveLength(calls);
  for (const { attributes } of spans) {
    expect(attributes['genvitals.outcome']).toBeTypeOf('string');
    for (const [key, each] of Object.entries(attributes)) {
      expect([each].flat().every(isAttribute), `${key} is ${JSON.stringify(each)}`).toBe(true);
    }
  }
}

/** The same client, which nobody follows. */
function bareClient(): (options: ClientOptions) => OpenAI {
  const { OpenAI: Bare } = loadFreshOpenAI();
  return (options) => new Bare({ apiKey: 'sk-test', maxRetries: 0, logLevel: 'off', ...options });
}

/** What the same client does without us, as words. */
async function outcomeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    return `got ${JSON.stringify(await work())}`;
  } catch (error) {
    return `threw ${(error as Error).constructor.name}: ${(error as Error).message}`;
  }
}

describe('answers that nobody would send', () => {
  test('whole: each is one ended span, and the app gets what it would get without us', async () => {
    const stage = await createStage({ env: { GENVITALS_SEMCONV: 'dup' } });
    const bare = bareClient();
    let reply = (): Response => new Response('{}');
    const fetch = (): Promise<Response> => Promise.resolve(reply());
    const client = stage.client({ fetch });
    const unseen = bare({ fetch });
    let calls = 0;
    await fc.assert(
      fc.asyncProperty(
        path,
        bodyText,
        fc.constantFrom(200, 200, 200, 201, 400, 429, 500),
        value,
        async (where, text, status, body) => {
          reply = () => new Response(text, { status, headers: { 'content-type': 'application/json' } });
          calls += 1;
          const seen = await outcomeOf(() => Promise.resolve(client.post(where, { body })));
          expect(seen).toBe(await outcomeOf(() => Promise.resolve(unseen.post(where, { body }))));
        },
      ),
      { numRuns: 700 },
    );
    checkSpans(stage, calls);
    expect((await stage.points('genvitals.client.calls')).reduce((sum, point) => sum + point.value, 0)).toBe(
      calls,
    );
  });

  test('streamed: likewise, chunk by chunk', async () => {
    const stage = await createStage({ env: { GENVITALS_SEMCONV: 'dup' } });
    const bare = bareClient();
    let text = '';
    const fetch = (): Promise<Response> =>
      Promise.resolve(new Response(text, { headers: { 'content-type': 'text/event-stream' } }));
    const client = stage.client({ fetch });
    const unseen = bare({ fetch });
    const read = async (openai: any, where: string): Promise<unknown> => {
      const chunks: unknown[] = [];
      try {
        for await (const chunk of await openai.post(where, {
          body: { model: 'm', stream: true },
          stream: true,
        })) {
          chunks.push(chunk);
        }
      } catch (error) {
        chunks.push((error as Error).message);
      }
      return chunks;
    };
    let calls = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...STREAMED_PATHS),
        fc.array(eventText, { maxLength: 6 }),
        async (where, events) => {
          text = events.join('');
          calls += 1;
          expect(await read(client, where)).toEqual(await read(unseen, where));
        },
      ),
      { numRuns: 700 },
    );
    checkSpans(stage, calls);
  });
});
