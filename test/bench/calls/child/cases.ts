import type OpenAI from 'openai-6-49';

const small = {
  model: 'gpt-4o-mini',
  temperature: 0.2,
  max_tokens: 100,
  messages: [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: 'Hi' },
  ],
} satisfies OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;

const large = {
  ...small,
  messages: [small.messages[0], { role: 'user', content: 'x'.repeat(100_000) }],
} as OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;

// The stub knows a stream by its first key.
const streamed = {
  stream: true,
  ...small,
  stream_options: { include_usage: true },
} satisfies OpenAI.Chat.ChatCompletionCreateParamsStreaming;

export type CaseName = 'call' | 'large prompt' | 'stream';
export type Params = OpenAI.Chat.ChatCompletionCreateParams;

export const cases: Readonly<Record<CaseName, Params>> = {
  call: small,
  'large prompt': large,
  stream: streamed,
};

/** One call as an app makes it: awaits the answer, or reads its stream to the end. */
export type MakeCall = (params: Params) => Promise<void>;

export async function readAll(answer: unknown, params: Params): Promise<void> {
  if (params.stream !== true) return;
  for await (const chunk of answer as AsyncIterable<unknown>) if (chunk === null) throw new Error('no chunk');
}

export function callBy(client: OpenAI): MakeCall {
  return async (params) => {
    await readAll(await client.chat.completions.create(params), params);
  };
}
