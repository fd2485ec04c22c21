import { chatSpan, defineFamily, oneSpan } from '../scenario.ts';
import { json, text } from '../server/answers.ts';
import { chatBody, chatChoice, chatUsage, MODEL, toolCall } from '../server/bodies.ts';

export const messages = [
  { role: 'system', content: 'SENTINEL system' },
  { role: 'user', content: 'SENTINEL prompt' },
] as const;

export const chatParams = { model: MODEL, messages };

const tool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'SENTINEL description',
    parameters: { type: 'object', properties: { place: { type: 'string' } } },
  },
} as const;

export const chat = defineFamily('Chat completions', [
  {
    name: 'a chat call is awaited',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      return t.client().chat.completions.create(chatParams);
    },
    expect: oneSpan(
      chatSpan({
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': MODEL,
          'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
          'gen_ai.request.stream': undefined,
          'gen_ai.request.temperature': undefined,
          'gen_ai.request.max_tokens': undefined,
          'openai.response.service_tier': 'default',
          'openai.response.system_fingerprint': 'fp_1',
          'openai.api.type': 'chat_completions',
          'server.address': '127.0.0.1',
        },
      }),
    ),
  },
  {
    name: 'request parameters arrive exactly, also a temperature of 0',
    async run(t) {
      t.play(json(chatBody()));
      return t.client().chat.completions.create({
        ...chatParams,
        temperature: 0,
        top_p: 0,
        frequency_penalty: 0,
        presence_penalty: -1.5,
        max_tokens: 0,
        seed: 0,
        stop: ['END'],
        n: 1,
        user: 'SENTINEL user',
        response_format: { type: 'json_object' },
        logit_bias: { 50256: -100 },
      });
    },
    expect: oneSpan(
      chatSpan({
        attributes: {
          'gen_ai.request.temperature': 0,
          'gen_ai.request.top_p': 0,
          'gen_ai.request.frequency_penalty': 0,
          'gen_ai.request.presence_penalty': -1.5,
          'gen_ai.request.max_tokens': 0,
          'gen_ai.request.seed': 0,
          'gen_ai.request.stop_sequences': ['END'],
          'gen_ai.request.choice.count': undefined,
          'gen_ai.output.type': 'json',
        },
      }),
    ),
  },
  {
    name: 'newer request parameters arrive exactly',
    async run(t) {
      t.play(json(chatBody()));
      return t.client().chat.completions.create({
        ...chatParams,
        max_completion_tokens: 64,
        reasoning_effort: 'low',
        service_tier: 'flex',
        metadata: { note: 'SENTINEL' },
        stop: null,
        temperature: null,
      });
    },
    expect: oneSpan(
      chatSpan({
        attributes: {
          'gen_ai.request.max_tokens': 64,
          'gen_ai.request.reasoning.level': 'low',
          'openai.request.service_tier': 'flex',
          'gen_ai.request.temperature': undefined,
          'gen_ai.request.stop_sequences': undefined,
        },
      }),
    ),
  },
  {
    name: 'several choices',
    async run(t) {
      const choices = [
        chatChoice({ content: 'SENTINEL one' }, 'stop', 0),
        chatChoice({ content: 'SENTINEL two' }, 'length', 1),
        chatChoice({ content: 'SENTINEL three' }, 'stop', 2),
      ];
      t.play(json(chatBody({ choices })));
      return t.client().chat.completions.create({ ...chatParams, n: 3 });
    },
    expect: oneSpan(
      chatSpan({
        outcome: 'incomplete',
        finishReasons: ['stop', 'length', 'stop'],
        attributes: { 'gen_ai.request.choice.count': 3 },
      }),
    ),
  },
  {
    name: 'an answer with tool calls',
    everywhere: true,
    async run(t) {
      const message = { content: null, tool_calls: [toolCall('weather'), toolCall('weather', {}, 'call_2')] };
      t.play(json(chatBody({ choices: [chatChoice(message, 'tool_calls')] })));
      return t.client().chat.completions.create({ ...chatParams, tools: [tool], tool_choice: 'auto' });
    },
    expect: oneSpan(chatSpan({ finishReasons: ['tool_calls'] })),
  },
  {
    name: 'a refusal',
    async run(t) {
      t.play(json(chatBody({ choices: [chatChoice({ content: null, refusal: 'SENTINEL no' })] })));
      return t.client().chat.completions.create(chatParams);
    },
    expect: oneSpan(chatSpan({ outcome: 'refused' })),
  },
  {
    name: 'an answer cut by the length limit',
    async run(t) {
      t.play(json(chatBody({ choices: [chatChoice({ content: 'SENTINEL' }, 'length')] })));
      return t.client().chat.completions.create({ ...chatParams, max_tokens: 5 });
    },
    expect: oneSpan(chatSpan({ outcome: 'incomplete', finishReasons: ['length'] })),
  },
  {
    name: 'an answer cut by the content filter',
    async run(t) {
      t.play(json(chatBody({ choices: [chatChoice({ content: '' }, 'content_filter')] })));
      return t.client().chat.completions.create(chatParams);
    },
    expect: oneSpan(chatSpan({ outcome: 'incomplete', finishReasons: ['content_filter'] })),
  },
  {
    name: 'cached, cache-written, audio and reasoning tokens',
    async run(t) {
      const usage = {
        ...chatUsage,
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 20, audio_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 4 },
      };
      t.play(json(chatBody({ usage })));
      return t.client().chat.completions.create(chatParams);
    },
    expect: oneSpan(
      chatSpan({ tokens: { input: 100, output: 50, cached: 60, cacheWrite: 20, reasoning: 30 } }),
    ),
  },
  {
    name: 'an answer whose usage is null',
    async run(t) {
      t.play(json(chatBody({ usage: null })));
      return t.client().chat.completions.create(chatParams);
    },
    expect: oneSpan(chatSpan({ tokens: {}, usageMissing: true })),
  },
  {
    name: 'an answer without usage',
    async run(t) {
      t.play(json(chatBody({ usage: undefined })));
      return t.client().chat.completions.create(chatParams);
    },
    expect: oneSpan(chatSpan({ tokens: {}, usageMissing: true })),
  },
  {
    name: 'a usage of odd types',
    async run(t) {
      const usage = {
        prompt_tokens: '11',
        completion_tokens: [],
        total_tokens: {},
        prompt_tokens_details: 7,
      };
      t.play(json(chatBody({ usage })));
      return t.client().chat.completions.create(chatParams);
    },
    expect: oneSpan(chatSpan({ tokens: {}, usageMissing: true })),
  },
  {
    name: 'an answer without choices',
    async run(t) {
      t.play(json(chatBody({ choices: undefined })));
      return t.client().chat.completions.create(chatParams);
    },
    expect: oneSpan(chatSpan({ finishReasons: [] })),
  },
  {
    name: 'an answer whose choices are of odd types',
    async run(t) {
      t.play(
        json(chatBody({ choices: [null, 'SENTINEL', { message: 5, finish_reason: 7 }], id: 9, model: [] })),
      );
      return t.client().chat.completions.create(chatParams);
    },
    expect: oneSpan({
      name: 'chat gpt-4o-mini',
      outcome: 'success',
      tokens: { input: 11, output: 7, cached: 4, reasoning: 2 },
    }),
  },
  {
    name: 'an answer that is a JSON scalar, an array or null',
    async run(t) {
      t.play(text('null', { contentType: 'application/json' }), json([1, 'SENTINEL']), json('SENTINEL'));
      const client = t.client();
      await t.outcome('null', client.chat.completions.create(chatParams));
      await t.outcome('array', client.chat.completions.create(chatParams));
      await t.outcome('string', client.chat.completions.create(chatParams));
    },
    expect: {
      spans: [0, 1, 2].map(() => ({ name: 'chat gpt-4o-mini', outcome: 'success', usageMissing: true })),
    },
  },
  {
    name: 'an answer that is no JSON but text',
    async run(t) {
      t.play(text('SENTINEL text'));
      return t.client().chat.completions.create(chatParams);
    },
    expect: oneSpan({ name: 'chat gpt-4o-mini', outcome: 'success', usageMissing: true }),
  },
  {
    name: 'a big prompt and a big answer',
    async run(t) {
      t.play(json(chatBody({ choices: [chatChoice({ content: 'SENTINEL '.repeat(50_000) })] })));
      const answer = await t.client().chat.completions.create({
        ...chatParams,
        messages: [{ role: 'user', content: 'SENTINEL '.repeat(20_000) }],
      });
      return answer.choices[0].message.content.length;
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'twenty calls at once',
    async run(t) {
      t.play(json(chatBody()));
      const client = t.client();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => client.chat.completions.create(chatParams)),
      );
      return [answers.length, new Set(answers).size, answers[19]];
    },
    expect: { spans: Array.from({ length: 20 }, () => chatSpan()) },
  },
]);
