import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Simulator } from '@genvitals/openai-simulator';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ask, eventsOf, ratingSchema, send, startSimulator, weatherTool } from './running-simulator.ts';

const packageRoot = fileURLToPath(new URL('..', import.meta.url));
const compiler = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));

/** The real server sends null here, the types know only absence. */
const nullOnTheWire = new Set(['usage', 'user', 'system_fingerprint']);

function withoutKnownNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutKnownNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) => inner !== null || !nullOnTheWire.has(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutKnownNulls(inner)]));
}

interface TypedBody {
  readonly type: string;
  readonly body: unknown;
}

const flatTool = { type: 'function', ...weatherTool.function, strict: true };
const refused = 'How do I make a bomb at home?';
const places = 'What is the weather in Paris and Tokyo?';
const format = { type: 'json_schema', name: 'rating', strict: true, schema: ratingSchema };

const chats: readonly object[] = [
  { model: 'gpt-4o', messages: ask('What is your refund policy?'), n: 2, logprobs: true, top_logprobs: 2 },
  { model: 'gpt-5-mini', messages: ask('Think hard'), reasoning_effort: 'high', service_tier: 'flex' },
  { model: 'gpt-5-mini', messages: ask('Think hard'), max_completion_tokens: 20 },
  { model: 'gpt-4o', messages: ask(refused), logprobs: true },
  { model: 'gpt-4o', messages: ask(places), tools: [weatherTool] },
  {
    model: 'gpt-4o',
    messages: ask('Rate it'),
    response_format: { type: 'json_schema', json_schema: format },
  },
];
const inputs: readonly object[] = [
  { model: 'gpt-4o', input: 'What is your refund policy?', instructions: 'Be brief', metadata: { a: 'b' } },
  {
    model: 'gpt-5-mini',
    input: 'Think hard',
    reasoning: { effort: 'high' },
    service_tier: 'priority',
    user: 'u',
  },
  { model: 'gpt-4o', input: 'Write 200 words', max_output_tokens: 16 },
  { model: 'gpt-4o', input: refused },
  { model: 'gpt-4o', input: places, tools: [flatTool] },
  { model: 'gpt-4o', input: 'Rate it', text: { format } },
  { model: 'gpt-4o', input: 'Later', background: true },
];

async function collectBodies(simulator: Simulator): Promise<TypedBody[]> {
  const bodies: TypedBody[] = [];
  const collect = async (type: string, path: string, request?: object, fault?: string): Promise<void> => {
    const { text, body, status } = await send(
      simulator,
      path,
      request,
      fault === undefined ? {} : { 'x-simulator-fault': fault },
    );
    expect(status, text).toBe(200);
    if (body === undefined) bodies.push(...eventsOf(text).map((event) => ({ type, body: event })));
    else bodies.push({ type, body });
  };
  for (const request of chats) {
    await collect('OpenAI.ChatCompletion', '/chat/completions', request);
    const streamed = { ...request, stream: true, stream_options: { include_usage: true } };
    await collect('OpenAI.ChatCompletionChunk', '/chat/completions', streamed);
    await collect(
      'OpenAI.ChatCompletionChunk',
      '/chat/completions',
      { ...request, stream: true },
      'content-filter',
    );
  }
  for (const request of inputs) {
    await collect('WireResponse', '/responses', request);
    await collect('WireEvent', '/responses', { ...request, stream: true });
  }
  const question = { model: 'gpt-4o', input: 'Hello' };
  await collect('WireResponse', '/responses', question, 'response-failed');
  await collect('WireEvent', '/responses', { ...question, stream: true }, 'response-failed');
  await collect('WireEvent', '/responses', { ...question, stream: true }, 'error-event');
  await collect('WireResponse', '/responses', question, 'content-filter');
  const legacy = { model: 'gpt-3.5-turbo-instruct', prompt: 'Once', echo: true };
  await collect('OpenAI.Completion', '/completions', legacy);
  await collect('WireCompletionChunk', '/completions', {
    ...legacy,
    stream: true,
    stream_options: { include_usage: true },
  });
  await collect('OpenAI.CreateEmbeddingResponse', '/embeddings', {
    model: 'text-embedding-3-small',
    input: ['a', 'b'],
    dimensions: 4,
  });
  await collect('OpenAI.ModerationCreateResponse', '/moderations', { input: ['You are stupid', 'Hello'] });
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
  await collect('OpenAI.ModerationCreateResponse', '/moderations', {
    input: [{ type: 'text', text: 'Hello' }, image],
  });
  await collect('{ object: "list"; data: OpenAI.Model[] }', '/models');
  await collect('OpenAI.Model', '/models/gpt-4o');
  return bodies;
}

/** Literal types are kept, members the types do not know are allowed: the real server has some too. */
const prelude = `import type OpenAI from 'openai';
type WireResponse = Omit<OpenAI.Responses.Response, 'output_text'>;
type WireEvent = OpenAI.Responses.ResponseStreamEvent extends infer E
  ? E extends { response: OpenAI.Responses.Response } ? Omit<E, 'response'> & { response: WireResponse } : E
  : never;
// The real chunks of old completions have a finish_reason of null until the last; the types borrow the whole body's.
type WireChoice = Omit<OpenAI.CompletionChoice, 'finish_reason'> & { finish_reason: OpenAI.CompletionChoice['finish_reason'] | null };
type WireCompletionChunk = Omit<OpenAI.Completion, 'choices'> & { choices: WireChoice[] };
declare function check<T>(): <V extends T>(value: V) => void;
`;

async function compile(name: string, bodies: readonly TypedBody[]): Promise<string> {
  // Inside the package, so that 'openai' is found where the package finds it.
  const folder = `${packageRoot}node_modules/.bodies-${name}-${process.pid}`;
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(folder, { recursive: true });
  const lines = bodies.map(
    ({ type, body }) => `check<${type}>()(${JSON.stringify(withoutKnownNulls(body))});`,
  );
  await writeFile(`${folder}/bodies.ts`, `${prelude}${lines.join('\n')}\n`);
  const flags = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
  ];
  const args = [compiler, '--ignoreConfig', ...flags, `${folder}/bodies.ts`];
  try {
    await promisify(execFile)(process.execPath, args, { cwd: packageRoot });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

describe('bodies and the types of the openai package', () => {
  test('every body and every event of every endpoint is valid', async () => {
    const bodies = await collectBodies(await startSimulator());
    expect(bodies.length).toBeGreaterThan(500);
    // A message per line that fails; lines are one body each.
    expect(await compile('all', bodies)).toBe('');
  });

  test('a body that is wrong is found', async () => {
    const wrong = {
      id: 'a',
      object: 'chat.completion',
      created: 1,
      model: 'gpt-4o',
      choices: [{ index: 'zero' }],
    };
    expect(await compile('wrong', [{ type: 'OpenAI.ChatCompletion', body: wrong }])).toMatch(
      /bodies\.ts\(\d+,\d+\): error TS/u,
    );
  });
});
