/** Bodies of the API, written by hand from its reference. Every free text carries the word SENTINEL. */

export const MODEL = 'gpt-4o-mini';
export const SERVED_MODEL = 'gpt-4o-mini-2024-07-18';

export const chatUsage = {
  prompt_tokens: 11,
  completion_tokens: 7,
  total_tokens: 18,
  prompt_tokens_details: { cached_tokens: 4, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 2,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

export function chatChoice(
  message: Record<string, unknown> = { content: 'SENTINEL answer' },
  finishReason: string | null = 'stop',
  index = 0,
): Record<string, unknown> {
  return {
    index,
    message: { role: 'assistant', refusal: null, ...message },
    logprobs: null,
    finish_reason: finishReason,
  };
}

export function chatBody(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_770_000_000,
    model: SERVED_MODEL,
    choices: [chatChoice()],
    usage: chatUsage,
    service_tier: 'default',
    system_fingerprint: 'fp_1',
    ...changes,
  };
}

export function toolCall(
  name: string,
  args: unknown = { place: 'SENTINEL' },
  id = 'call_1',
): Record<string, unknown> {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(args) } };
}

export function chatChunk(
  delta: Record<string, unknown>,
  changes: { finish?: string | null; index?: number } & Record<string, unknown> = {},
): Record<string, unknown> {
  const { finish = null, index = 0, ...rest } = changes;
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_770_000_000,
    model: SERVED_MODEL,
    service_tier: 'default',
    system_fingerprint: 'fp_1',
    choices: [{ index, delta, logprobs: null, finish_reason: finish }],
    ...rest,
  };
}

/** The extra chunk that `include_usage` asks for. */
export const usageChunk: Record<string, unknown> = { ...chatChunk({}), choices: [], usage: chatUsage };

/** A whole answer in five chunks. */
export const chatChunks: readonly Record<string, unknown>[] = [
  chatChunk({ role: 'assistant', content: '', refusal: null }),
  chatChunk({ content: 'SENTINEL' }),
  chatChunk({ content: ' answer' }),
  chatChunk({ content: ' öß€𝒳' }),
  chatChunk({}, { finish: 'stop' }),
];

export const chatChunksWithUsage: readonly Record<string, unknown>[] = [
  ...chatChunks.map((chunk) => ({ ...chunk, usage: null })),
  usageChunk,
];

export const responseUsage = {
  input_tokens: 21,
  input_tokens_details: { cached_tokens: 8 },
  output_tokens: 9,
  output_tokens_details: { reasoning_tokens: 3 },
  total_tokens: 30,
};

export function outputMessage(
  content: readonly Record<string, unknown>[] = [
    { type: 'output_text', annotations: [], logprobs: [], text: 'SENTINEL answer' },
  ],
): Record<string, unknown> {
  return { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content };
}

export function responseBody(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1_770_000_000,
    status: 'completed',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: 'SENTINEL instructions',
    max_output_tokens: null,
    model: SERVED_MODEL,
    output: [outputMessage()],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: true,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: responseUsage,
    user: null,
    metadata: {},
    ...changes,
  };
}

/** The events of a streamed response; `last` is its final event. */
export function responseEvents(
  last: Record<string, unknown> = { type: 'response.completed', response: responseBody() },
): Record<string, unknown>[] {
  const started = responseBody({ status: 'in_progress', output: [], usage: null });
  const part = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  const sequence: Record<string, unknown>[] = [
    { type: 'response.created', response: started },
    { type: 'response.in_progress', response: started },
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { ...outputMessage([]), status: 'in_progress' },
    },
    {
      type: 'response.content_part.added',
      ...part,
      part: { type: 'output_text', annotations: [], logprobs: [], text: '' },
    },
    { type: 'response.output_text.delta', ...part, delta: 'SENTINEL', logprobs: [] },
    { type: 'response.output_text.delta', ...part, delta: ' answer', logprobs: [] },
    { type: 'response.output_text.done', ...part, text: 'SENTINEL answer', logprobs: [] },
    {
      type: 'response.content_part.done',
      ...part,
      part: { type: 'output_text', annotations: [], logprobs: [], text: 'SENTINEL answer' },
    },
    { type: 'response.output_item.done', output_index: 0, item: outputMessage() },
    last,
  ];
  return sequence.map((event, at) => ({ ...event, sequence_number: at }));
}

export function embeddingsBody(
  embedding: readonly number[] | string = [0.25, -0.5, 1],
): Record<string, unknown> {
  return {
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding }],
    model: 'text-embedding-3-small',
    usage: { prompt_tokens: 5, total_tokens: 5 },
  };
}

/** The three numbers above as the API sends them when asked for base64. */
export const base64Embedding = Buffer.from(new Float32Array([0.25, -0.5, 1]).buffer).toString('base64');

export function completionBody(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'cmpl-1',
    object: 'text_completion',
    created: 1_770_000_000,
    model: 'gpt-3.5-turbo-instruct',
    choices: [{ text: 'SENTINEL answer', index: 0, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: 6, completion_tokens: 3, total_tokens: 9 },
    ...changes,
  };
}
