import { type Context, context, createContextKey, type Span, SpanKind, trace } from '@opentelemetry/api';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FUNCTION_KEY } from '../src/host.ts';
import { chatCompletion, responseObject } from './answers.ts';
import { CHAT, createStage, type Stage } from './app-stage.ts';
import { json } from './provider-server.ts';

function serverSpan(attributes: Record<string, string> = {}): Span {
  return trace.getTracer('http').startSpan('GET', { kind: SpanKind.SERVER, attributes });
}

async function callIn(stage: Stage, around: Context): Promise<void> {
  stage.script(json(chatCompletion()));
  await context.with(around, () => stage.client().chat.completions.create(CHAT));
}

function featureOf(stage: Stage): unknown[] {
  const { attributes } = stage.spans().at(-1) as { attributes: Record<string, unknown> };
  return [attributes['genvitals.feature.name'], attributes['genvitals.feature.source']];
}

describe('the feature of a call', () => {
  test('is unset where nothing names one', async () => {
    const stage = await createStage();
    await callIn(stage, context.active());
    expect(featureOf(stage)).toEqual(['unset', 'unset']);
  });

  test('is the route that a framework’s instrumentation tells of the request', async () => {
    const stage = await createStage();
    const span = serverSpan();
    const around = setRPCMetadata(trace.setSpan(context.active(), span), {
      type: RPCType.HTTP,
      span,
      route: '/ask/:id',
    });
    await callIn(stage, around);
    expect(featureOf(stage)).toEqual(['/ask/:id', 'route']);
  });

  test('is found below further spans of the app', async () => {
    const stage = await createStage();
    const span = serverSpan();
    const request = setRPCMetadata(trace.setSpan(context.active(), span), {
      type: RPCType.HTTP,
      span,
      route: '/ask',
    });
    const inner = trace.getTracer('app').startSpan('retrieve', {}, request);
    await callIn(stage, trace.setSpan(request, inner));
    expect(featureOf(stage)).toEqual(['/ask', 'route']);
  });

  test('is the function that is invoked, whatever its requests are', async () => {
    const stage = await createStage();
    const request = trace.setSpan(context.active(), serverSpan({ 'http.route': '/{proxy+}' }));
    await callIn(stage, request.setValue(FUNCTION_KEY, 'summarise'));
    expect(featureOf(stage)).toEqual(['summarise', 'function']);
  });

  test('is the route on the span around the call', async () => {
    const stage = await createStage();
    await callIn(stage, trace.setSpan(context.active(), serverSpan({ 'http.route': '/chat' })));
    expect(featureOf(stage)).toEqual(['/chat', 'route']);
  });

  test('is the route that Next.js tells on the span of its handler', async () => {
    const stage = await createStage();
    await callIn(stage, trace.setSpan(context.active(), serverSpan({ 'next.route': '/api/[id]' })));
    expect(featureOf(stage)).toEqual(['/api/[id]', 'route']);
  });

  test('is what the host knows of the request', async () => {
    const asked: unknown[] = [];
    const stage = await createStage({
      host: {
        routeOf(span) {
          asked.push(span);
          return '/from-the-host';
        },
      },
    });
    const span = serverSpan();
    await callIn(stage, setRPCMetadata(trace.setSpan(context.active(), span), { type: RPCType.HTTP, span }));
    expect(featureOf(stage)).toEqual(['/from-the-host', 'route']);
    expect(asked[0]).toBe(span);
  });

  test('that is known only at the call’s end is told then, on span, event and metrics', async () => {
    const stage = await createStage();
    const span = serverSpan();
    const metadata: { type: RPCType.HTTP; span: Span; route?: string } = { type: RPCType.HTTP, span };
    const around = setRPCMetadata(trace.setSpan(context.active(), span), metadata);
    stage.script((response, request) => {
      metadata.route = '/late';
      return json(chatCompletion())(response, request);
    });
    await context.with(around, () => stage.client().chat.completions.create(CHAT));
    expect(featureOf(stage)).toEqual(['/late', 'route']);
    expect(stage.event().attributes['genvitals.feature.name']).toBe('/late');
    const countedOn = async (metric: string): Promise<unknown[]> =>
      (await stage.points(metric))
        .filter(({ value }) => value > 0)
        .map(({ attributes }) => attributes['genvitals.feature.name']);
    expect(await countedOn('genvitals.client.calls')).toEqual(['/late']);
    expect(new Set(await countedOn('genvitals.client.tokens'))).toEqual(new Set(['/late']));
    expect(await countedOn('gen_ai.client.operation.duration')).toEqual(['/late']);
    // An attempt is counted when its status comes, and nothing named the route when the call began.
    expect(await countedOn('genvitals.client.attempts')).toEqual(['unset']);
  });

  test('an empty route is none', async () => {
    const stage = await createStage();
    await callIn(stage, trace.setSpan(context.active(), serverSpan({ 'http.route': '' })));
    expect(featureOf(stage)).toEqual(['unset', 'unset']);
  });

  test('calls in parallel requests do not take each other’s', async () => {
    const stage = await createStage();
    stage.script(json(chatCompletion()));
    const routes = ['/a', '/b', '/c', '/d'];
    const client = stage.client();
    await Promise.all(
      routes.map((route) =>
        context.with(trace.setSpan(context.active(), serverSpan({ 'http.route': route })), () =>
          client.chat.completions.create({ ...CHAT, model: route }),
        ),
      ),
    );
    for (const { attributes } of stage.spans()) {
      expect(attributes['genvitals.feature.name']).toBe(attributes['gen_ai.request.model']);
    }
    expect(stage.spans()).toHaveLength(4);
  });

  test('a context that holds other things is no matter', async () => {
    const stage = await createStage();
    await callIn(stage, context.active().setValue(createContextKey('mine'), 7));
    expect(featureOf(stage)).toEqual(['unset', 'unset']);
  });
});

const sha = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

describe('the prompt’s hash', () => {
  async function chatHash(messages: unknown): Promise<unknown[]> {
    const stage = await createStage();
    stage.script(json(chatCompletion()));
    await stage.client().post('/chat/completions', { body: { model: 'm', messages } });
    const { attributes } = stage.span();
    return [attributes['genvitals.prompt.hash'], attributes['genvitals.prompt.hash_source']];
  }
  async function responseHash(body: Record<string, unknown>): Promise<unknown> {
    const stage = await createStage();
    stage.script(json(responseObject()));
    await stage.client().post('/responses', { body: { model: 'm', ...body } });
    return stage.span().attributes['genvitals.prompt.hash'];
  }

  test.each([
    ['the system’s words', [{ role: 'system', content: 'Be brief.' }], 'Be brief.'],
    ['the developer’s words', [{ role: 'developer', content: 'Be brief.' }], 'Be brief.'],
    [
      'both',
      [
        { role: 'system', content: 'A' },
        { role: 'user', content: 'x' },
        { role: 'developer', content: 'B' },
      ],
      'A\nB',
    ],
    [
      'text in parts',
      [
        {
          role: 'system',
          content: [
            { type: 'text', text: 'A' },
            { type: 'text', text: 'B' },
          ],
        },
      ],
      'AB',
    ],
  ])('is made of %s', async (_what, messages, text) => {
    expect(await chatHash(messages)).toEqual([sha(text), 'instructions']);
  });

  test('is never made of what a user or a tool said', async () => {
    expect(
      await chatHash([
        { role: 'user', content: 'Hi' },
        { role: 'tool', content: 'x' },
        { role: 'assistant', content: 'y' },
      ]),
    ).toEqual([undefined, undefined]);
    expect(await responseHash({ input: 'Hi' })).toBeUndefined();
    expect(await responseHash({ input: [{ role: 'user', content: 'Hi' }] })).toBeUndefined();
    const system = { role: 'system', content: 'Be brief.' };
    const one = await chatHash([system, { role: 'user', content: 'one question' }]);
    const other = await chatHash([system, { role: 'user', content: 'another question' }]);
    expect(one).toEqual(other);
  });

  test('of a response is made of its instructions and its system messages', async () => {
    expect(await responseHash({ instructions: 'A', input: 'Hi' })).toBe(sha('A'));
    expect(await responseHash({ input: [{ role: 'system', content: 'B' }] })).toBe(sha('B'));
    expect(
      await responseHash({ instructions: 'A', input: [{ role: 'developer', content: [{ text: 'B' }] }] }),
    ).toBe(sha('A\nB'));
    expect(await responseHash({ instructions: null, input: [] })).toBeUndefined();
  });

  test('is the same for a long text, known or not', async () => {
    const text = 'x'.repeat(100_000);
    for (let round = 0; round < 2; round += 1)
      expect(await responseHash({ instructions: text })).toBe(sha(text));
  });

  test('of more texts than are kept is still right', async () => {
    const stage = await createStage();
    const client = stage.client({ fetch: () => Promise.resolve(Response.json(responseObject())) });
    for (let call = 0; call < 300; call += 1) {
      await client.responses.create({ model: 'm', instructions: `prompt ${call % 290}`, input: 'Hi' });
    }
    const hashes = stage.spans().map(({ attributes }) => attributes['genvitals.prompt.hash']);
    expect(hashes).toEqual(Array.from({ length: 300 }, (_, call) => sha(`prompt ${call % 290}`)));
  });
});
