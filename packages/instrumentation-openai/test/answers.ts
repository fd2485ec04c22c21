/** Bodies as the API sends them. */

export const CHAT_USAGE = {
  prompt_tokens: 11,
  completion_tokens: 7,
  total_tokens: 18,
  prompt_tokens_details: { cached_tokens: 4, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 2, audio_tokens: 0 },
};

export function chatCompletion(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'gpt-4o-mini-2024-07-18',
    choices: [chatChoice()],
    usage: CHAT_USAGE,
    service_tier: 'default',
    system_fingerprint: 'fp_1',
    ...changes,
  };
}

export function chatChoice(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    index: 0,
    message: { role: 'assistant', content: 'Hello', refusal: null },
    logprobs: null,
    finish_reason: 'stop',
    ...changes,
  };
}

export function chatChunk(
  delta: Record<string, unknown>,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  const { index = 0, finish_reason = null, ...rest } = changes;
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'gpt-4o-mini-2024-07-18',
    service_tier: 'default',
    system_fingerprint: 'fp_1',
    choices: [{ index, delta, logprobs: null, finish_reason }],
    usage: null,
    ...rest,
  };
}

/** The last chunk where usage was asked for: no choices, and the usage. */
export function usageChunk(): Record<string, unknown> {
  return { ...chatChunk({}), choices: [], usage: CHAT_USAGE };
}

/** A whole streamed answer, with or without its usage. */
export function chatStream({ usage = true, words = ['Hel', 'lo'] } = {}): Record<string, unknown>[] {
  return [
    chatChunk({ role: 'assistant', content: '' }),
    ...words.map((content) => chatChunk({ content })),
    chatChunk({}, { finish_reason: 'stop' }),
    ...(usage ? [usageChunk()] : []),
  ];
}

export const RESPONSE_USAGE = {
  input_tokens: 21,
  input_tokens_details: { cached_tokens: 5 },
  output_tokens: 9,
  output_tokens_details: { reasoning_tokens: 3 },
  total_tokens: 30,
};

export function responseObject(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1_700_000_000,
    status: 'completed',
    model: 'gpt-4o-mini-2024-07-18',
    output: [
      {
        type: 'message',
        id: 'msg_1',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Hello', annotations: [] }],
      },
    ],
    error: null,
    incomplete_details: null,
    service_tier: 'default',
    usage: RESPONSE_USAGE,
    ...changes,
  };
}

/** The events of a streamed response; the last one says how it ended. */
export function responseStream(
  last = 'response.completed',
  changes: Record<string, unknown> = {},
): Record<string, unknown>[] {
  const begun = responseObject({ status: 'in_progress', output: [], usage: null });
  return [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'Hel' },
    { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'lo' },
    { type: last, response: responseObject({ status: last.replace('response.', ''), ...changes }) },
  ].map((event, sequence_number) => ({ ...event, sequence_number }));
}

/** Vectors as the client asks for them: little-endian floats in base64. */
export function embeddingList(
  vector: number[] | string = base64Vector(8),
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: vector }],
    model: 'text-embedding-3-small',
    usage: { prompt_tokens: 6, total_tokens: 6 },
    ...changes,
  };
}

export function base64Vector(dimensions: number): string {
  return Buffer.from(new Float32Array(dimensions).fill(0.5).buffer).toString('base64');
}

export function textCompletion(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'cmpl-1',
    object: 'text_completion',
    created: 1_700_000_000,
    model: 'gpt-3.5-turbo-instruct',
    choices: [{ index: 0, text: 'Hello', logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    ...changes,
  };
}
