import { apiError, cutBody, events, json, text } from '../versions/server/answers.ts';
import {
  chatBody,
  chatChoice,
  chatChunks,
  chatChunksWithUsage,
  completionBody,
  embeddingsBody,
  MODEL,
  outputMessage,
  responseBody,
  responseEvents,
  toolCall,
} from '../versions/server/bodies.ts';
import type { Answer } from '../versions/server/scripted-server.ts';

/** One call of the app, and what the server answers to it. Whatever is secret or content says SENTINEL. */
export interface MarkedCall {
  readonly name: string;
  readonly answers: readonly Answer[];
  run(client: any): unknown;
}

const messages = [
  { role: 'system', content: 'SENTINEL system' },
  { role: 'developer', content: [{ type: 'text', text: 'SENTINEL developer' }] },
  { role: 'user', name: 'SENTINEL', content: [{ type: 'text', text: 'SENTINEL prompt' }] },
  { role: 'tool', tool_call_id: 'call_0', content: 'SENTINEL result' },
];
const tool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'SENTINEL description',
    parameters: { type: 'object', properties: { SENTINEL: { type: 'string', enum: ['SENTINEL'] } } },
  },
};
const chat = {
  model: MODEL,
  messages,
  tools: [tool],
  user: 'SENTINEL-user',
  safety_identifier: 'SENTINEL-user',
  prompt_cache_key: 'SENTINEL-key',
  metadata: { note: 'SENTINEL' },
  prediction: { type: 'content', content: 'SENTINEL' },
  response_format: { type: 'json_schema', json_schema: { name: 'SENTINEL', schema: { title: 'SENTINEL' } } },
};
const options = { headers: { 'x-app': 'SENTINEL' }, idempotencyKey: 'SENTINEL' };
const response = {
  model: MODEL,
  instructions: 'SENTINEL instructions',
  input: [{ role: 'user', content: [{ type: 'input_text', text: 'SENTINEL prompt' }] }],
  user: 'SENTINEL-user',
  metadata: { note: 'SENTINEL' },
  prompt: { id: 'pmpt_1', variables: { who: 'SENTINEL' } },
};
const quote = { message: `You sent 'SENTINEL prompt' with key sk-SENTINEL.`, param: 'SENTINEL value here' };

async function readAll(stream: any): Promise<void> {
  for await (const _ of await stream);
}

export const calls: readonly MarkedCall[] = [
  {
    name: 'chat',
    answers: [
      json(chatBody({ choices: [chatChoice({ content: 'SENTINEL', tool_calls: [toolCall('weather')] })] })),
    ],
    run: (client) => client.chat.completions.create(chat, options),
  },
  {
    name: 'chat stream',
    answers: [events(chatChunksWithUsage)],
    run: (client) => readAll(client.chat.completions.create({ ...chat, stream: true }, options)),
  },
  {
    name: 'chat refusal',
    answers: [json(chatBody({ choices: [chatChoice({ content: null, refusal: 'SENTINEL refusal' })] }))],
    run: (client) => client.chat.completions.create(chat),
  },
  {
    name: 'stream error event',
    answers: [
      events([
        ...chatChunks.slice(0, 2),
        { error: { message: 'SENTINEL', code: 'SENTINEL code', type: 'SENTINEL' } },
      ]),
    ],
    run: (client) => readAll(client.chat.completions.create({ ...chat, stream: true })),
  },
  {
    name: 'stream that is no JSON',
    answers: [events([chatChunks[0], '{"SENTINEL'])],
    run: (client) => readAll(client.chat.completions.create({ ...chat, stream: true })),
  },
  ...[400, 401, 403, 404, 422, 429, 500].map((status): MarkedCall => ({
    name: `HTTP ${status}`,
    answers: [apiError(status, { ...quote, code: 'SENTINEL code', type: 'SENTINEL type' })],
    run: (client) => client.chat.completions.create(chat, options),
  })),
  {
    name: 'HTML error',
    answers: [text('<h1>SENTINEL</h1>', { status: 502, contentType: 'text/html' })],
    run: (client) => client.chat.completions.create(chat),
  },
  {
    name: 'invalid JSON',
    answers: [text('{"SENTINEL', { contentType: 'application/json' })],
    run: (client) => client.chat.completions.create(chat),
  },
  { name: 'broken body', answers: [cutBody], run: (client) => client.chat.completions.create(chat) },
  {
    name: 'response',
    answers: [json(responseBody())],
    run: (client) => client.responses.create(response, options),
  },
  {
    name: 'response stream',
    answers: [events(responseEvents(), { named: true, done: null })],
    run: (client) => readAll(client.responses.create({ ...response, stream: true })),
  },
  {
    name: 'failed response',
    answers: [
      json(responseBody({ status: 'failed', error: { code: 'SENTINEL code', message: 'SENTINEL' } })),
    ],
    run: (client) => client.responses.create(response),
  },
  {
    name: 'refused response',
    answers: [json(responseBody({ output: [outputMessage([{ type: 'refusal', refusal: 'SENTINEL' }])] }))],
    run: (client) => client.responses.create(response),
  },
  {
    name: 'fetched response',
    answers: [json(responseBody())],
    run: (client) => client.responses.retrieve('resp_1'),
  },
  {
    name: 'embeddings',
    answers: [json(embeddingsBody())],
    run: (client) =>
      client.embeddings.create({
        model: 'text-embedding-3-small',
        input: ['SENTINEL'],
        encoding_format: 'float',
      }),
  },
  {
    name: 'embeddings error',
    answers: [apiError(400, quote)],
    run: (client) => client.embeddings.create({ model: 'text-embedding-3-small', input: 'SENTINEL' }),
  },
  {
    name: 'legacy completion',
    answers: [json(completionBody())],
    run: (client) =>
      client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'SENTINEL', suffix: 'SENTINEL' }),
  },
  {
    name: 'moderation',
    answers: [json({ id: 'modr-1', model: 'omni', results: [{ flagged: true, note: 'SENTINEL' }] })],
    run: (client) => client.moderations.create({ input: 'SENTINEL' }),
  },
  {
    name: 'error of the app in a stream',
    answers: [events(chatChunks, { holdAfter: 3 })],
    async run(client) {
      for await (const _ of await client.chat.completions.create({ ...chat, stream: true })) {
        throw new RangeError('SENTINEL of the app');
      }
    },
  },
];

/** How many of them are inference calls or fetches, which have a span. */
export const spanCount = calls.filter(({ name }) => name !== 'moderation').length;
