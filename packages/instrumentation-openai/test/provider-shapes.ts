/** Answers as servers other than OpenAI's send them, and what is to be told of them. */

/** The disjoint parts of the tokens; those that are not named are 0. */
type Tokens = Partial<Record<'input' | 'cache_read' | 'output' | 'reasoning' | 'audio_input', number>>;

export interface Shape {
  readonly provider: string;
  readonly title: string;
  /** A whole answer, or the chunks of a stream. */
  readonly answer: Record<string, unknown> | readonly Record<string, unknown>[];
  /** By hand; undefined where no usage can be told. */
  readonly tokens: Tokens | undefined;
  readonly outcome?: string;
  readonly finishReasons?: readonly string[] | undefined;
  readonly id?: string | undefined;
  readonly errorType?: string;
  readonly errorKind?: string;
}

const message = { role: 'assistant', content: 'Paris.' };

function whole(changes: Record<string, unknown>): Record<string, unknown> {
  return {
    id: 'id-1',
    object: 'chat.completion',
    created: 1_770_000_000,
    model: 'some-model',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    ...changes,
  };
}

function chunk(
  choice: Record<string, unknown> | undefined,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    id: 'id-1',
    object: 'chat.completion.chunk',
    created: 1_770_000_000,
    model: 'some-model',
    choices: choice === undefined ? [] : [{ index: 0, delta: { content: 'Pa' }, ...choice }],
    ...changes,
  };
}

const going = { finish_reason: null };
const stopped = { delta: {}, finish_reason: 'stop' };

export const shapes: readonly Shape[] = [
  {
    provider: 'groq',
    title: 'the usage of a stream stands in `x_groq` of the last chunk',
    answer: [
      chunk(going, { x_groq: { id: 'req_1' } }),
      chunk(stopped, {
        x_groq: {
          id: 'req_1',
          usage: {
            queue_time: 0.07,
            prompt_tokens: 23,
            prompt_time: 0.006,
            completion_tokens: 19,
            total_tokens: 42,
          },
        },
      }),
    ],
    tokens: { input: 23, output: 19 },
  },
  {
    provider: 'groq',
    title: 'the same usage in two places is one usage',
    answer: [
      chunk(going),
      chunk(stopped, { x_groq: { usage: { prompt_tokens: 23, completion_tokens: 19, total_tokens: 42 } } }),
      chunk(undefined, {
        usage: {
          prompt_tokens: 23,
          completion_tokens: 19,
          total_tokens: 42,
          prompt_tokens_details: { cached_tokens: 3 },
        },
      }),
    ],
    tokens: { input: 20, cache_read: 3, output: 19 },
  },
  {
    provider: 'gcp.gemini',
    title: 'each chunk has a usage that counts on, and thinking is in the total alone',
    answer: [
      chunk(going, { usage: { completion_tokens: 1, prompt_tokens: 9, total_tokens: 103 } }),
      chunk(going, { usage: { completion_tokens: 3, prompt_tokens: 9, total_tokens: 105 } }),
      chunk(
        { finish_reason: 'length' },
        { usage: { completion_tokens: 7, prompt_tokens: 9, total_tokens: 109 } },
      ),
    ],
    // 109 - 9 - 7 = 93 of thinking.
    tokens: { input: 9, output: 7, reasoning: 93 },
    outcome: 'incomplete',
    finishReasons: ['length'],
  },
  {
    provider: 'gcp.gemini',
    title: 'a filtered answer has no message, and says more behind its reason',
    answer: whole({
      choices: [{ index: 0, finish_reason: 'content_filter: PROHIBITED_CONTENT' }],
      usage: { prompt_tokens: 10, completion_tokens: 0, total_tokens: 10 },
    }),
    tokens: { input: 10 },
    outcome: 'incomplete',
    finishReasons: ['content_filter: PROHIBITED_CONTENT'],
  },
  {
    provider: 'gcp.vertex_ai',
    title: 'there is no id, and thinking is in the total alone',
    answer: whole({ id: undefined, usage: { prompt_tokens: 20, completion_tokens: 198, total_tokens: 623 } }),
    // 623 - 20 - 198 = 405.
    tokens: { input: 20, output: 198, reasoning: 405 },
    id: undefined,
  },
  {
    provider: 'x_ai',
    title: 'reasoning is counted beside the completion',
    answer: whole({
      usage: {
        prompt_tokens: 32,
        completion_tokens: 9,
        total_tokens: 135,
        prompt_tokens_details: { text_tokens: 32, audio_tokens: 0, image_tokens: 0, cached_tokens: 6 },
        completion_tokens_details: { reasoning_tokens: 94, audio_tokens: 0 },
        num_sources_used: 0,
      },
      citations: null,
    }),
    // 32 + 9 + 94 = 135.
    tokens: { input: 26, cache_read: 6, output: 9, reasoning: 94 },
  },
  {
    provider: 'deepseek',
    title: 'cached input has a name of its own, and reasoning is in the completion',
    answer: whole({
      choices: [{ index: 0, message: { ...message, reasoning_content: 'Hm.' }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_cache_hit_tokens: 64,
        prompt_cache_miss_tokens: 36,
        completion_tokens_details: { reasoning_tokens: 30 },
      },
    }),
    tokens: { input: 36, cache_read: 64, output: 20, reasoning: 30 },
  },
  {
    provider: 'deepseek',
    title: 'an answer is cut for want of resources',
    answer: [
      chunk(
        { finish_reason: 'insufficient_system_resource' },
        { usage: { prompt_tokens: 5, completion_tokens: 1 } },
      ),
    ],
    tokens: { input: 5, output: 1 },
    outcome: 'incomplete',
    finishReasons: ['insufficient_system_resource'],
  },
  {
    provider: 'mistral_ai',
    title: 'cached input stands under three names',
    answer: whole({
      usage: {
        prompt_tokens: 801,
        completion_tokens: 2,
        total_tokens: 803,
        num_cached_tokens: 768,
        prompt_token_details: { cached_tokens: 768 },
      },
    }),
    tokens: { input: 33, cache_read: 768, output: 2 },
  },
  {
    provider: 'mistral_ai',
    title: 'audio is in seconds, and its tokens in the total alone',
    answer: whole({
      choices: [{ index: 0, message, finish_reason: 'model_length' }],
      usage: { prompt_audio_seconds: 30, prompt_tokens: 4, completion_tokens: 35, total_tokens: 414 },
    }),
    // 414 - 4 - 35 = 375 of audio.
    tokens: { input: 4, audio_input: 375, output: 35 },
    outcome: 'incomplete',
    finishReasons: ['model_length'],
  },
  {
    provider: 'moonshot_ai',
    title: 'the usage of a stream stands in the choice',
    answer: [
      chunk({ ...going, usage: null }),
      chunk({
        ...stopped,
        usage: { prompt_tokens: 1336, completion_tokens: 31, total_tokens: 1367, cached_tokens: 1280 },
      }),
    ],
    tokens: { input: 56, cache_read: 1280, output: 31 },
  },
  {
    provider: 'perplexity',
    title: 'research is reasoned about beside the completion; cost and citations are left alone',
    answer: whole({
      citations: ['https://example.com'],
      search_results: [{ title: 'A page', url: 'https://example.com' }],
      usage: {
        prompt_tokens: 33,
        completion_tokens: 11_395,
        total_tokens: 11_428,
        citation_tokens: 52_067,
        num_search_queries: 30,
        reasoning_tokens: 194_625,
        search_context_size: 'low',
        cost: { input_tokens_cost: 0, output_tokens_cost: 0.09, total_cost: 1.2 },
      },
    }),
    tokens: { input: 33, output: 11_395, reasoning: 194_625 },
  },
  {
    provider: 'perplexity',
    title: 'each chunk is a whole answer so far, with a usage that counts on',
    answer: [
      chunk(
        { ...going, message },
        { usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10, cost: {} } },
      ),
      chunk(
        { ...stopped, message },
        { usage: { prompt_tokens: 8, completion_tokens: 5, total_tokens: 13, cost: {} } },
      ),
    ],
    tokens: { input: 8, output: 5 },
  },
  {
    provider: 'openrouter',
    title: 'cost stands in the usage and is left alone',
    answer: whole({
      provider: 'Google AI Studio',
      choices: [
        {
          index: 0,
          message: { ...message, refusal: '' },
          finish_reason: 'stop',
          native_finish_reason: 'STOP',
        },
      ],
      usage: {
        prompt_tokens: 1296,
        completion_tokens: 10,
        total_tokens: 1306,
        cost: 0.95,
        is_byok: false,
        prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
        cost_details: { upstream_inference_cost: null },
        completion_tokens_details: { reasoning_tokens: 4, image_tokens: 0 },
      },
    }),
    tokens: { input: 1296, output: 6, reasoning: 4 },
  },
  {
    provider: 'openrouter',
    title: 'an error comes with status 200 in place of an answer',
    answer: {
      error: {
        message: 'Rate limit exceeded: free-models-per-day',
        code: 429,
        metadata: { provider_name: 'X' },
      },
      user_id: 'user_1',
    },
    tokens: undefined,
    outcome: 'error',
    finishReasons: undefined,
    id: undefined,
    errorType: '429',
    errorKind: 'quota',
  },
  {
    provider: 'azure.ai.openai',
    title: 'a filtered prompt comes as an error that tells its status',
    answer: {
      error: { message: 'Filtered', type: null, param: 'prompt', code: 'content_filter', status: 400 },
    },
    tokens: undefined,
    outcome: 'error',
    finishReasons: undefined,
    id: undefined,
    errorType: 'content_filter',
    errorKind: 'request',
  },
  {
    provider: 'openrouter',
    title: 'a choice fails after it had begun, with a usage of nulls',
    answer: whole({
      choices: [
        {
          index: 0,
          message,
          finish_reason: 'error',
          error: { code: 502, message: 'Upstream went away', metadata: {} },
        },
      ],
      usage: { prompt_tokens: null, completion_tokens: null, total_tokens: 0 },
    }),
    tokens: undefined,
    outcome: 'error',
    finishReasons: ['error'],
    errorType: '502',
    errorKind: 'provider',
  },
  {
    provider: 'openrouter',
    title: 'comments stand between the chunks of a stream, and the usage in the last one',
    answer: [
      chunk(going),
      chunk(stopped),
      chunk(
        { delta: {}, finish_reason: null },
        { usage: { prompt_tokens: 5, completion_tokens: 2, cost: 1 } },
      ),
    ],
    tokens: { input: 5, output: 2 },
  },
  {
    provider: 'ollama',
    title: 'a chunk that goes on has an empty reason',
    answer: [
      chunk({ finish_reason: '' }, { system_fingerprint: 'fp_ollama' }),
      chunk({ finish_reason: '' }),
      chunk(stopped),
      chunk(undefined, { usage: { prompt_tokens: 26, completion_tokens: 8, total_tokens: 34 } }),
    ],
    tokens: { input: 26, output: 8 },
  },
  {
    provider: 'ollama',
    title: 'a stream that only ever had empty reasons broke off',
    answer: [chunk({ finish_reason: '' }), chunk({ finish_reason: 'null' })],
    tokens: undefined,
    outcome: 'incomplete',
    finishReasons: ['error'],
  },
  {
    provider: 'vllm',
    title: 'each chunk has a usage that counts on, and fields of its own',
    answer: [
      chunk(
        { ...going, stop_reason: null, token_ids: null },
        { usage: { prompt_tokens: 12, completion_tokens: 1, total_tokens: 13 } },
      ),
      chunk(
        { ...stopped, stop_reason: null },
        { usage: { prompt_tokens: 12, completion_tokens: 6, total_tokens: 18 } },
      ),
      chunk(undefined, {
        usage: { prompt_tokens: 12, completion_tokens: 6, total_tokens: 18, prompt_tokens_details: null },
      }),
    ],
    tokens: { input: 12, output: 6 },
  },
  {
    provider: 'llama_cpp',
    title: 'a stream without a usage has timings, whose prompt is without what was cached',
    answer: [
      chunk(going),
      chunk(stopped, {
        timings: { cache_n: 236, prompt_n: 1, prompt_ms: 30.9, predicted_n: 35, predicted_ms: 661.1 },
      }),
    ],
    tokens: { input: 1, cache_read: 236, output: 35 },
  },
  {
    provider: 'llama_cpp',
    title: 'a usage stands above the timings beside it',
    answer: [
      chunk(stopped),
      chunk(undefined, {
        usage: { completion_tokens: 31, prompt_tokens: 75, total_tokens: 106 },
        timings: { cache_n: 10, prompt_n: 65, predicted_n: 31 },
      }),
      chunk(undefined, { timings: { cache_n: 0, prompt_n: 1, predicted_n: 1 } }),
    ],
    tokens: { input: 75, output: 31 },
  },
  {
    provider: 'llama_cpp',
    title: 'timings that do not say what was cached have not counted the input',
    answer: [chunk(stopped, { timings: { prompt_n: 1, predicted_n: 35 } })],
    tokens: undefined,
  },
  {
    provider: 'lm_studio',
    title: 'statistics stand beside, and ids are empty',
    answer: whole({
      id: '',
      usage: { prompt_tokens: 24, completion_tokens: 12, total_tokens: 36 },
      stats: { tokens_per_second: 51.4, stop_reason: 'eosFound' },
      model_info: { arch: 'llama' },
    }),
    tokens: { input: 24, output: 12 },
    id: undefined,
  },
  {
    provider: 'aws.bedrock',
    title: 'chunks that go on have no reason at all, and the id is a number',
    answer: [
      chunk({}, { id: 7 }),
      chunk({ delta: {}, finish_reason: 'stop' }, { id: 7 }),
      chunk(undefined, { id: 7, usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } }),
    ],
    tokens: { input: 3, output: 2 },
    id: undefined,
  },
  {
    provider: 'anthropic',
    title: 'details are there and empty',
    answer: whole({
      usage: {
        prompt_tokens: 14,
        completion_tokens: 6,
        total_tokens: 20,
        prompt_tokens_details: {},
        completion_tokens_details: {},
      },
    }),
    tokens: { input: 14, output: 6 },
  },
  {
    provider: 'my_gateway',
    title: 'a later chunk with an empty usage takes nothing back',
    answer: [
      chunk(stopped, { usage: { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 } }),
      chunk(undefined, { usage: {} }),
    ],
    tokens: { input: 4, output: 2 },
  },
  {
    provider: 'my_gateway',
    title: 'the network between the gateway and its provider fails',
    answer: [chunk({ delta: {}, finish_reason: 'network_error' })],
    tokens: undefined,
    outcome: 'error',
    finishReasons: ['network_error'],
    errorType: '_OTHER',
    errorKind: 'provider',
  },
  {
    provider: 'my_gateway',
    title: 'reasons are of no type at all',
    answer: whole({
      choices: [
        { index: 0, message, finish_reason: 7 },
        { index: 1, message, finish_reason: 'eos' },
        { index: 2, message },
      ],
      usage: { prompt_tokens: 4, completion_tokens: 2, total_tokens: 'six' },
    }),
    tokens: { input: 4, output: 2 },
    finishReasons: ['error', 'eos', 'error'],
  },
];
