import type OpenAI from 'openai-7-57';

/** Stands in every prompt; where it is found, content is. */
export const SENTINEL = 'SENTINEL-4711';
export const API_KEY = 'sk-SENTINEL-4711';

type Chat = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'>;
type Call = (openai: OpenAI, model: string, headers: Record<string, string>) => Promise<unknown>;

/** After so many chunks the app leaves a stream. */
export const CHUNKS_READ = 3;

/** What the call is named that `cut short` is cut by. */
const CUTTING = 'cutting another';

const ONCE = { maxRetries: 0 };

const chat = (model: string): Chat => ({
  model,
  messages: [
    { role: 'system', content: 'You greet people.' },
    { role: 'user', content: `${SENTINEL} Say hello to Ada and to Grace.` },
  ],
  max_tokens: 48,
  temperature: 0,
  seed: 1,
});
/** An answer that takes seconds. */
const endless = (model: string): Chat => ({
  ...chat(model),
  messages: [{ role: 'user', content: `${SENTINEL} Tell a very long story of Ada and Grace.` }],
  max_tokens: 400,
});

/** More tokens than the model's context holds. */
const tooLong = (model: string): Chat => ({
  ...chat(model),
  messages: [{ role: 'user', content: `${SENTINEL} `.repeat(1000) }],
});

/** Reads a stream to its end, or as long as the app goes on. */
async function read(
  stream: AsyncIterable<unknown>,
  goesOn: (chunks: number) => boolean = () => true,
): Promise<{ chunks: number }> {
  let chunks = 0;
  for await (const _ of stream) {
    chunks += 1;
    if (!goesOn(chunks)) break;
  }
  return { chunks };
}

/**
 * What the app does with its model server, one after the other: plain openai code. The header tells the
 * recording which call a request belongs to.
 */
export const calls = {
  plain: (openai, model, headers) => openai.chat.completions.create(chat(model), { headers }),
  grammar: (openai, model, headers) =>
    openai.chat.completions.create(
      {
        ...chat(model),
        // The server's own extension: a schema beside the type.
        response_format: {
          type: 'json_object',
          schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
        } as OpenAI.ResponseFormatJSONObject,
      },
      { headers },
    ),
  streamed: async (openai, model, headers) =>
    read(await openai.chat.completions.create({ ...chat(model), stream: true }, { headers })),
  'streamed with usage asked for': async (openai, model, headers) =>
    read(
      await openai.chat.completions.create(
        { ...chat(model), stream: true, stream_options: { include_usage: true } },
        { headers },
      ),
    ),
  'left by break': async (openai, model, headers) =>
    read(
      await openai.chat.completions.create({ ...endless(model), stream: true }, { headers }),
      (chunks) => chunks < CHUNKS_READ,
    ),
  // The server has one model and gives it to whoever comes last: to a stream that is under way it says [DONE] in
  // the middle and breaks off. openai 7 stops at [DONE], openai 6 reads on and meets a network error.
  'cut short': async (openai, model, headers) => {
    let other: Promise<unknown> | undefined;
    const stream = await openai.chat.completions.create({ ...endless(model), stream: true }, { headers });
    try {
      return await read(stream, () => {
        // `then` makes the client read the answer; without it nobody would.
        other ??= openai.chat.completions
          .create(chat(model), { headers: { 'x-call': CUTTING } })
          .then((answer) => answer.id);
        return true;
      });
    } finally {
      await other;
    }
  },
  completion: (openai, model, headers) =>
    openai.completions.create({ model, prompt: `${SENTINEL} once`, max_tokens: 8 }, { headers }),
  'completion, streamed': async (openai, model, headers) =>
    read(
      await openai.completions.create(
        { model, prompt: `${SENTINEL} once`, max_tokens: 8, stream: true },
        { headers },
      ),
    ),
  'a schema, tried three times': (openai, model, headers) =>
    openai.chat.completions.create(
      {
        ...chat(model),
        response_format: {
          type: 'json_schema',
          json_schema: { name: SENTINEL, schema: { type: 'object' } },
        },
      },
      { headers },
    ),
  'messages that are none': (openai, model, headers) =>
    openai.chat.completions.create({ ...chat(model), messages: SENTINEL as never }, { ...ONCE, headers }),
  'a streamed call that is refused': (openai, model, headers) =>
    openai.chat.completions.create(
      { ...chat(model), temperature: SENTINEL as never, stream: true },
      { ...ONCE, headers },
    ),
  'too long': (openai, model, headers) =>
    openai.chat.completions.create(tooLong(model), { ...ONCE, headers }),
  'too long, streamed': async (openai, model, headers) =>
    read(await openai.chat.completions.create({ ...tooLong(model), stream: true }, { ...ONCE, headers })),
  responses: (openai, model, headers) =>
    openai.responses.create({ model, input: SENTINEL }, { ...ONCE, headers }),
  embeddings: (openai, model, headers) =>
    openai.embeddings.create({ model, input: SENTINEL }, { ...ONCE, headers }),
} satisfies Record<string, Call>;

export type CallName = keyof typeof calls;

/** What the app saw of one call. */
export type Seen =
  | { readonly call: CallName; readonly value: unknown }
  | { readonly call: CallName; readonly error: { readonly name: string; readonly status?: number } };
