import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace';
import { setMaskHook } from '@genvitals/instrumentation-openai';
import { isSampled } from '@genvitals/conventions';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { chatCompletion, chatStream, embeddingList, responseObject, responseStream } from '../answers.ts';
import { createStage, type Stage } from '../app-stage.ts';
import { apiError, json, sse } from '../provider-server.ts';

const CAPTURE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
const QUESTION = 'SENTINEL question of anna@example.com';
const CHAT = {
  model: 'gpt-4o-mini',
  messages: [
    { role: 'system' as const, content: 'SENTINEL rules' },
    { role: 'user' as const, content: QUESTION },
  ],
};
const ANSWER = chatCompletion({
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'SENTINEL answer to anna@example.com', refusal: null },
      finish_reason: 'stop',
      logprobs: null,
    },
  ],
});

const INPUT = [
  { role: 'system', parts: [{ type: 'text', content: 'SENTINEL rules' }] },
  { role: 'user', parts: [{ type: 'text', content: 'SENTINEL question of <EMAIL_1>' }] },
];
const OUTPUT = [
  {
    role: 'assistant',
    parts: [{ type: 'text', content: 'SENTINEL answer to <EMAIL_1>' }],
    finish_reason: 'stop',
  },
];
const STRUCTURED = { 'gen_ai.input.messages': INPUT, 'gen_ai.output.messages': OUTPUT };
const AS_JSON = Object.fromEntries(
  Object.entries(STRUCTURED).map(([key, value]) => [key, JSON.stringify(value)]),
);
const KEYS = [
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.tool.definitions',
];

function contentOf(attributes: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes ?? {}).filter(([key]) => KEYS.includes(key)));
}

async function ask(stage: Stage): Promise<void> {
  stage.script(json(ANSWER));
  await stage.client().chat.completions.create(CHAT);
}

interface JudgeRecord {
  readonly eventName: string;
  readonly attributes: Record<string, unknown>;
}

function createJudge(): { emit(record: JudgeRecord): void; records: JudgeRecord[] } {
  const records: JudgeRecord[] = [];
  return { records, emit: (record) => void records.push(record) };
}

afterEach(() => {
  setMaskHook(undefined);
});

describe('content', () => {
  test.each([
    ['nothing is set', undefined, {}, {}],
    ['NO_CONTENT', 'NO_CONTENT', {}, {}],
    ['SPAN_ONLY', 'SPAN_ONLY', AS_JSON, {}],
    ['EVENT_ONLY', 'event_only', {}, STRUCTURED],
    ['SPAN_AND_EVENT', 'SPAN_AND_EVENT', AS_JSON, STRUCTURED],
    ['true', 'true', AS_JSON, STRUCTURED],
    ['a word that is none', 'everything', {}, {}],
  ])('goes where it is asked for and nowhere else: %s', async (_, mode, onSpan, onEvent) => {
    const folder = mkdtempSync(join(tmpdir(), 'genvitals-content-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const lines = join(folder, 'calls.jsonl');
    const stage = await createStage({
      env: { GENVITALS_CALL_LOG: lines, ...(mode === undefined ? {} : { [CAPTURE]: mode }) },
      diagnostics: mode === 'everything' ? [/wanted NO_CONTENT, SPAN_ONLY/] : [],
    });
    await ask(stage);
    expect(contentOf(stage.span().attributes)).toEqual(onSpan);
    expect(contentOf(stage.events()[0]?.attributes)).toEqual(onEvent);
    expect(JSON.stringify(await stage.points())).not.toContain('SENTINEL');
    expect(readFileSync(lines, 'utf8')).not.toContain('SENTINEL');
  });

  test('of a stream is what its chunks say together, also where the app leaves it', async () => {
    const stage = await createStage({ env: { [CAPTURE]: 'EVENT_ONLY' } });
    stage.script(sse(chatStream({ words: ['SENTINEL', ' one', ' two'] })));
    for await (const chunk of await stage.client().chat.completions.create({ ...CHAT, stream: true }))
      void chunk;
    for await (const chunk of await stage.client().chat.completions.create({ ...CHAT, stream: true })) {
      if (chunk.choices[0]?.delta.content === ' one') break;
    }
    const texts = stage
      .events()
      .map(({ attributes }) => (attributes['gen_ai.output.messages'] as typeof OUTPUT)[0]?.parts[0]?.content);
    expect(texts).toEqual(['SENTINEL one two', 'SENTINEL one']);
  });

  test('of the Responses API has its instructions, streamed or not, and embeddings have their texts', async () => {
    const stage = await createStage({ env: { [CAPTURE]: 'EVENT_ONLY' } });
    const client = stage.client();
    const params = { model: 'm', instructions: 'SENTINEL rules', input: 'SENTINEL question' };
    stage.script(json(responseObject()), sse(responseStream()), json(embeddingList()));
    await client.responses.create(params);
    for await (const event of await client.responses.create({ ...params, stream: true })) void event;
    await client.embeddings.create({ model: 'm', input: ['SENTINEL one', 'SENTINEL two'] });
    const [plain, streamed, embedded] = stage.events().map(({ attributes }) => contentOf(attributes));
    expect(plain).toMatchObject({
      'gen_ai.system_instructions': [{ type: 'text', content: 'SENTINEL rules' }],
      'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'SENTINEL question' }] }],
      'gen_ai.output.messages': [{ role: 'assistant', parts: [{ type: 'text', content: 'Hello' }] }],
    });
    expect(streamed).toEqual(plain);
    expect(JSON.stringify(embedded)).toMatch(/SENTINEL one.*SENTINEL two/);
  });

  test('of a call that failed is what was asked, and of a raw response too', async () => {
    const stage = await createStage({ env: { [CAPTURE]: 'EVENT_ONLY' } });
    stage.script(apiError(400, {}), json(ANSWER));
    const client = stage.client();
    await client.chat.completions.create(CHAT).catch(() => undefined);
    await client.chat.completions.create(CHAT).asResponse();
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (const { attributes } of stage.events())
      expect(contentOf(attributes)).toEqual({ 'gen_ai.input.messages': INPUT });
    expect(stage.events()).toHaveLength(2);
  });

  test('is what was sent, whatever the app makes of its messages while the answer comes', async () => {
    const stage = await createStage({ env: { [CAPTURE]: 'EVENT_ONLY' } });
    stage.script(sse(chatStream()));
    const messages = structuredClone(CHAT.messages) as { role: 'user'; content: string }[];
    for await (const chunk of await stage
      .client()
      .chat.completions.create({ ...CHAT, messages, stream: true })) {
      void chunk;
      messages.push({ role: 'user', content: 'later' });
    }
    expect(stage.events()[0]?.attributes['gen_ai.input.messages']).toEqual(INPUT);
  });

  test('that is too long is cut, which is noted', async () => {
    const stage = await createStage({ env: { [CAPTURE]: 'SPAN_AND_EVENT' } });
    stage.script(json(ANSWER));
    const messages = [{ role: 'user' as const, content: 'x'.repeat(100_000) }];
    await stage.client().chat.completions.create({ ...CHAT, messages });
    const { attributes } = stage.span();
    expect(attributes['genvitals.capture.input_truncated']).toBe(true);
    expect(attributes).not.toHaveProperty('genvitals.capture.output_truncated');
    const text = attributes['gen_ai.input.messages'] as string;
    expect(text.length).toBeLessThan(33_000);
    expect((JSON.parse(text) as typeof INPUT)[0]?.parts[0]?.content).toMatch(/x… \[\d+ bytes left out\]$/);
    expect(stage.events()[0]?.attributes['genvitals.capture.input_truncated']).toBe(true);
  });

  test('is on no span that is not recorded; the event has it all the same', async () => {
    const stage = await createStage({
      env: { [CAPTURE]: 'SPAN_AND_EVENT' },
      sampler: new AlwaysOffSampler(),
    });
    await ask(stage);
    expect(stage.allSpans()).toEqual([]);
    expect(contentOf(stage.events()[0]?.attributes)).toEqual(STRUCTURED);
  });

  test('is not even read where nobody would record it', async () => {
    const stage = await createStage({ env: { [CAPTURE]: 'SPAN_ONLY' }, sampler: new AlwaysOffSampler() });
    let reads = 0;
    const message = {
      role: 'user' as const,
      get content() {
        reads += 1;
        return 'Hi';
      },
    };
    stage.script(json(ANSWER));
    await stage.client().chat.completions.create({ model: 'm', messages: [message] });
    // The client reads it when it writes the request.
    expect(reads).toBe(1);
  });

  test('of a fraction of traces is that of the traces which everybody takes, with the fraction', async () => {
    const stage = await createStage({
      env: { [CAPTURE]: 'EVENT_ONLY', GENVITALS_CAPTURE_FRACTION: '0.5', GENVITALS_SAMPLING_SALT: 'pepper' },
    });
    for (let call = 0; call < 40; call++) await ask(stage);
    const taken = stage.events().map(({ attributes, spanContext }) => {
      const has = attributes['gen_ai.input.messages'] !== undefined;
      expect(attributes['genvitals.sampling.probability']).toBe(has ? 0.5 : undefined);
      expect(has).toBe(isSampled(spanContext?.traceId ?? '', 0.5, 'pepper'));
      return has;
    });
    expect(new Set(taken).size).toBe(2);
  });
});

describe('a mask hook', () => {
  const env = { [CAPTURE]: 'SPAN_AND_EVENT' };

  test('sees content before anything else, and what it takes out is nowhere', async () => {
    const calls: unknown[] = [];
    const judge = createJudge();
    const stage = await createStage({ env, host: { judge } });
    setMaskHook((content, call) => {
      calls.push(call);
      return JSON.parse(JSON.stringify(content).replaceAll('SENTINEL', '[gone]')) as typeof content;
    });
    await ask(stage);
    expect(calls).toEqual([{ operation: 'chat', model: 'gpt-4o-mini', feature: 'unset' }]);
    const signals = JSON.stringify([stage.span().attributes, stage.events()[0]?.attributes, judge.records]);
    expect(signals).not.toContain('SENTINEL');
    expect(signals).toContain('[gone] question of <EMAIL_1>');
  });

  test('may change what it gets: the app’s own objects stay as they are', async () => {
    const stage = await createStage({ env });
    setMaskHook((content) => {
      for (const message of content.inputMessages ?? []) Object.assign(message, { parts: [] });
      for (const tool of content.toolDefinitions ?? [])
        Object.assign(tool.parameters as object, { title: 'x' });
      return content;
    });
    stage.script(json(ANSWER));
    const parameters = { type: 'object', properties: {} };
    const tools = [{ type: 'function' as const, function: { name: 'f', parameters } }];
    await stage.client().chat.completions.create({ ...CHAT, tools });
    expect(parameters).toEqual({ type: 'object', properties: {} });
    expect(stage.server.requests.at(-1)?.body.messages[1].content).toBe(QUESTION);
    expect(JSON.stringify(stage.span().attributes)).toContain('\\"title\\":\\"x\\"');
  });

  test.each<[string, () => never]>([
    [
      'throws',
      () => {
        throw new Error('SENTINEL');
      },
    ],
    [
      'throws in words that begin as ours do',
      () => {
        throw new TypeError('the mask hook cannot mask SENTINEL');
      },
    ],
    [
      'throws what nobody may look into',
      () => {
        throw new Proxy(new Error('SENTINEL'), {
          getPrototypeOf: () => {
            throw new Error('SENTINEL');
          },
        });
      },
    ],
    ['gives a promise', (() => Promise.resolve({})) as () => never],
    ['gives nothing', (() => undefined) as () => never],
    ['gives something else', (() => ({ inputMessages: 'SENTINEL' })) as unknown as () => never],
    [
      'gives messages without parts',
      (() => ({ inputMessages: [{ role: 'user' }] })) as unknown as () => never,
    ],
    [
      'throws something odd',
      () => {
        // oxlint-disable-next-line no-throw-literal -- an app may throw anything
        throw null;
      },
    ],
  ])('that %s leaves the call without content, which is said once', async (_, hook) => {
    const judge = createJudge();
    const stage = await createStage({
      env,
      host: { judge },
      diagnostics: [/content is left out where it cannot be masked/],
    });
    setMaskHook(hook);
    await ask(stage);
    await ask(stage);
    const signals = JSON.stringify([
      stage.spans().map(({ attributes }) => attributes),
      stage.events().map(({ attributes }) => attributes),
      judge.records,
      stage.said(),
    ]);
    expect(signals).not.toContain('SENTINEL');
    expect(stage.spans()).toHaveLength(2);
    expect(judge.records).toHaveLength(2);
    expect(stage.said()).toHaveLength(1);
  });
});

test('a mask hook whose promise fails leaves nothing behind that would end the process', async () => {
  const stage = await createStage({
    env: { [CAPTURE]: 'SPAN_AND_EVENT' },
    diagnostics: [/the mask hook gave a promise/],
  });
  setMaskHook((() => Promise.reject(new Error('SENTINEL'))) as () => never);
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  await ask(stage);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  expect(contentOf(stage.span().attributes)).toEqual({});
});

describe('patterns of a file', () => {
  test('that cannot be read let nothing through, which is said once with what to do', async () => {
    const stage = await createStage({
      env: { [CAPTURE]: 'SPAN_AND_EVENT', GENVITALS_MASK: join(tmpdir(), 'genvitals-no-mask.json') },
      diagnostics: [/no content is captured/],
    });
    await ask(stage);
    expect(contentOf(stage.span().attributes)).toEqual({});
    expect(contentOf(stage.events()[0]?.attributes)).toEqual({});
  });

  test('off leaves texts as they are', async () => {
    const stage = await createStage({ env: { [CAPTURE]: 'EVENT_ONLY', GENVITALS_MASK: 'off' } });
    await ask(stage);
    expect(JSON.stringify(stage.events()[0]?.attributes)).toContain(QUESTION);
  });
});

describe('the judge’s own log', () => {
  test('has every call with its content, while all other signals have none', async () => {
    const judge = createJudge();
    const stage = await createStage({ host: { judge } });
    await ask(stage);
    stage.script(apiError(500, {}));
    await stage
      .client()
      .chat.completions.create(CHAT)
      .catch(() => undefined);
    const [answered, failed] = judge.records;
    expect(answered?.eventName).toBe('gen_ai.client.inference.operation.details');
    expect(contentOf(answered?.attributes)).toEqual(STRUCTURED);
    expect(answered?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 11,
      'genvitals.outcome': 'success',
    });
    expect(contentOf(failed?.attributes)).toEqual({ 'gen_ai.input.messages': INPUT });
    const others = JSON.stringify([
      stage.spans().map(({ attributes }) => attributes),
      stage.events().map(({ attributes }) => attributes),
      await stage.points(),
    ]);
    expect(others).not.toContain('SENTINEL');
    expect(stage.events()).toHaveLength(2);
  });

  test('has the calls of an app that has no OpenTelemetry at all', async () => {
    const judge = createJudge();
    const stage = await createStage({ host: { judge }, without: ['trace', 'metrics', 'logs', 'context'] });
    await ask(stage);
    expect(judge.records.map(({ attributes }) => contentOf(attributes))).toEqual([STRUCTURED]);
  });
});
