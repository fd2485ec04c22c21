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

const images = {
  data: [{ b64_json: 'SENTINEL', url: 'SENTINEL', revised_prompt: 'SENTINEL' }],
  usage: { input_tokens: 5, output_tokens: 9, total_tokens: 14 },
};

function file(kind: string): File {
  return new File(['SENTINEL'], `SENTINEL.${kind}`);
}

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
    name: 'fetched response of the background',
    answers: [json(responseBody({ background: true, tools: [{ ...tool.function, type: 'function' }] }))],
    run: (client) => client.responses.retrieve('resp_1'),
  },
  {
    name: 'fetched response stream',
    answers: [events(responseEvents(), { named: true, done: null })],
    run: (client) => readAll(client.responses.retrieve('resp_1', { stream: true })),
  },
  {
    name: 'cancelled response',
    answers: [json(responseBody({ background: true }))],
    run: (client) => client.responses.cancel('resp_1'),
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
    name: 'image',
    answers: [json(images)],
    run: (client) =>
      client.images.generate({ model: 'gpt-image-1', prompt: 'SENTINEL', user: 'SENTINEL-user' }),
  },
  {
    name: 'image that the API refuses',
    answers: [apiError(400, { ...quote, code: 'moderation_blocked' })],
    run: (client) => client.images.generate({ model: 'gpt-image-1', prompt: 'SENTINEL' }),
  },
  {
    name: 'edited image',
    answers: [json(images)],
    run: (client) =>
      client.images.edit({ model: 'gpt-image-1', prompt: 'SENTINEL', image: file('png'), user: 'SENTINEL' }),
  },
  {
    name: 'transcription',
    answers: [json({ text: 'SENTINEL', language: 'SENTINEL', duration: 3 })],
    run: (client) =>
      client.audio.transcriptions.create({ model: 'whisper-1', prompt: 'SENTINEL', file: file('mp3') }),
  },
  {
    name: 'transcription as text',
    answers: [text('SENTINEL')],
    run: (client) =>
      client.audio.transcriptions.create({
        model: 'whisper-1',
        file: file('mp3'),
        response_format: 'srt',
      }),
  },
  {
    name: 'streamed transcription',
    answers: [
      events([
        { type: 'transcript.text.delta', delta: 'SENTINEL' },
        { type: 'transcript.text.done', text: 'SENTINEL' },
      ]),
    ],
    run: (client) =>
      readAll(
        client.audio.transcriptions.create({ model: 'gpt-4o-transcribe', file: file('mp3'), stream: true }),
      ),
  },
  {
    name: 'translation',
    answers: [json({ text: 'SENTINEL' })],
    run: (client) => client.audio.translations.create({ model: 'whisper-1', file: file('mp3') }),
  },
  {
    name: 'speech',
    answers: [text('SENTINEL', { contentType: 'audio/mpeg' })],
    run: (client) => client.audio.speech.create({ model: 'tts-1', input: 'SENTINEL', voice: 'SENTINEL' }),
  },
  {
    name: 'vector store search',
    answers: [json({ data: [{ file_id: 'SENTINEL', filename: 'SENTINEL' }], search_query: ['SENTINEL'] })],
    run: (client) => client.post('/vector_stores/vs_1/search', { body: { query: 'SENTINEL' } }),
  },
  {
    name: 'vector store that is gone',
    answers: [apiError(404, { message: 'No vector store SENTINEL' })],
    run: (client) => client.post('/vector_stores/vs_1/search', { body: { query: 'SENTINEL' } }),
  },
  {
    name: 'compaction',
    answers: [json(responseBody())],
    run: (client) => client.post('/responses/compact', { body: response }),
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
