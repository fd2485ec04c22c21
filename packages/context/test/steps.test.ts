import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { describe, expect, onTestFinished, test } from 'vitest';
import { agent, retrieval, tool, withContext } from '@genvitals/context';
import { type ContentCase, type ContentValues, setContextHost } from '@genvitals/context/host';
import { registerSdk } from './sdk.ts';

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

describe('a step', () => {
  test('has the span of the conventions, with what the app says around it', async () => {
    const exported = registerSdk();
    await withContext({ feature: 'support', conversationId: 'c1' }, async () => {
      await agent({ name: 'triage', version: '3', description: 'sorts tickets' }, async () => {
        await retrieval({ dataSource: 'handbook', query: 'q', topK: 5 }, async () => [{ id: 'd' }]);
        tool({ name: 'lookup', callId: 'call_1', description: 'looks up' }, () => 1);
        tool({ name: 'index', type: 'datastore' }, () => 1);
      });
    });
    const words = {
      'genvitals.feature.name': 'support',
      'genvitals.feature.source': 'app',
      'gen_ai.conversation.id': 'c1',
    };
    expect(exported.spans().map(({ name, kind, attributes }) => ({ name, kind, attributes }))).toEqual([
      {
        name: 'retrieval handbook',
        kind: SpanKind.CLIENT,
        attributes: {
          'gen_ai.operation.name': 'retrieval',
          'gen_ai.data_source.id': 'handbook',
          'gen_ai.retrieval.top_k': 5,
          ...words,
        },
      },
      {
        name: 'execute_tool lookup',
        kind: SpanKind.INTERNAL,
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': 'lookup',
          'gen_ai.tool.type': 'function',
          'gen_ai.tool.call.id': 'call_1',
          'gen_ai.tool.description': 'looks up',
          'gen_ai.agent.name': 'triage',
          ...words,
        },
      },
      {
        name: 'execute_tool index',
        kind: SpanKind.INTERNAL,
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': 'index',
          'gen_ai.tool.type': 'datastore',
          'gen_ai.agent.name': 'triage',
          ...words,
        },
      },
      {
        name: 'invoke_agent triage',
        kind: SpanKind.INTERNAL,
        attributes: {
          'gen_ai.operation.name': 'invoke_agent',
          'gen_ai.agent.name': 'triage',
          'gen_ai.agent.version': '3',
          'gen_ai.agent.description': 'sorts tickets',
          ...words,
        },
      },
      { name: 'support', kind: SpanKind.INTERNAL, attributes: words },
    ]);
    expect(new Set(exported.spans().map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(exported.records()).toEqual([]);
  });

  test('gives back just what its function gives, and ends with a plain promise', async () => {
    const exported = registerSdk();
    const promise = pause();
    expect(tool({ name: 't' }, () => promise)).toBe(promise);
    expect(exported.spans()).toEqual([]);
    await promise;
    await Promise.resolve();
    expect(exported.spans()).toHaveLength(1);
    let isAsked = false;
    const query = {
      // oxlint-disable-next-line unicorn/no-thenable -- what a query builder is
      then: () => {
        isAsked = true;
      },
    };
    expect(tool({ name: 't' }, () => query)).toBe(query);
    expect([isAsked, exported.spans().length]).toEqual([false, 2]);
  });

  test('that fails says so by the class of the error alone', async () => {
    const exported = registerSdk();
    const error = new RangeError('anna@example.com has no account');
    expect(() =>
      tool({ name: 't' }, () => {
        throw error;
      }),
    ).toThrow(error);
    await expect(retrieval({ dataSource: 'd' }, () => Promise.reject(error))).rejects.toBe(error);
    // oxlint-disable-next-line no-throw-literal -- an app may throw anything
    expect(() =>
      agent({ name: 'a' }, () => {
        throw 'anna@example.com';
      }),
    ).toThrow('anna');
    expect(exported.spans().map(({ status, attributes }) => [status, attributes['error.type']])).toEqual([
      [{ code: SpanStatusCode.ERROR, message: 'RangeError' }, 'RangeError'],
      [{ code: SpanStatusCode.ERROR, message: 'RangeError' }, 'RangeError'],
      [{ code: SpanStatusCode.ERROR, message: '_OTHER' }, '_OTHER'],
    ]);
    expect(exported.spans().flatMap(({ events }) => events)).toEqual([]);
  });

  test('of an async generator is around each of its steps, and ends with the last', async () => {
    const exported = registerSdk();
    const seen: unknown[] = [];
    async function* words(): AsyncGenerator<string, number> {
      seen.push(trace.getActiveSpan());
      yield 'a';
      await pause();
      seen.push(trace.getActiveSpan());
      yield 'b';
      return 3;
    }
    const made = words();
    const given = agent({ name: 'writer' }, () => made);
    expect(given).toBe(made);
    expect(await given.next()).toEqual({ done: false, value: 'a' });
    expect(exported.spans()).toEqual([]);
    expect(await given.next()).toEqual({ done: false, value: 'b' });
    expect(await given.next()).toEqual({ done: true, value: 3 });
    expect(exported.spans()).toHaveLength(1);
    expect(seen).toEqual([exported.spans()[0], exported.spans()[0]]);
    expect(await given.next()).toEqual({ done: true, value: undefined });
    expect(exported.spans()).toHaveLength(1);
  });

  test('of a generator that is left or fails ends then', async () => {
    const exported = registerSdk();
    async function* endless(): AsyncGenerator<number> {
      for (let turn = 0; ; turn++) yield turn;
    }
    for await (const turn of agent({ name: 'left' }, endless)) if (turn === 2) break;
    async function* broken(): AsyncGenerator<number> {
      yield 1;
      throw new TypeError('no');
    }
    await expect(async () => {
      for await (const turn of withContext({ feature: 'broken' }, broken)) void turn;
    }).rejects.toThrow('no');
    expect(exported.spans().map(({ name, status }) => [name, status.code])).toEqual([
      ['invoke_agent left', SpanStatusCode.UNSET],
      ['broken', SpanStatusCode.ERROR],
    ]);
  });

  test.each([
    ['nothing', undefined],
    ['an empty object', {}],
    [
      'odd values',
      { name: 7, dataSource: {}, topK: 'many', query: 3, callId: [], arguments: 3n, documents: 1 },
    ],
  ])('survives %s in the place of its words', async (_, odd) => {
    registerSdk();
    expect(tool(odd as never, () => 1)).toBe(1);
    expect(agent(odd as never, () => 2)).toBe(2);
    expect(await retrieval(odd as never, () => Promise.resolve(3))).toBe(3);
  });

  test('runs and records nothing where nobody records, or tracing is suppressed', () => {
    expect(tool({ name: 't' }, () => 1)).toBe(1);
    const exported = registerSdk();
    const suppressed = context
      .active()
      .setValue(Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true);
    expect(context.with(suppressed, () => tool({ name: 't' }, () => 1))).toBe(1);
    expect(exported.spans()).toEqual([]);
  });
});

describe('what a step asks the gate for content', () => {
  function openGate(): { readonly passed: [ContentValues, Partial<ContentCase>][] } {
    const passed: [ContentValues, Partial<ContentCase>][] = [];
    setContextHost({
      content: {
        isOpen: () => true,
        copy: (value) => structuredClone(value),
        pass: (values, { operation, feature }) => {
          passed.push([values, { operation, feature }]);
          return { span: { seen: 'span' }, event: { seen: 'event' } };
        },
      },
    });
    onTestFinished(() => {
      setContextHost({ content: { isOpen: () => false, copy: () => undefined, pass: () => undefined } });
    });
    return { passed };
  }

  test('are a query and the documents that were found, without what else they hold', async () => {
    const exported = registerSdk();
    const { passed } = openGate();
    const documents = [{ id: 4, score: 0.5, content: 'text', vector: [1, 2] }, null, { id: 'b' }];
    await withContext({ feature: 'support' }, async () => {
      await retrieval({ dataSource: 'd', query: 'q' }, () => Promise.resolve(documents));
      retrieval({ dataSource: 'd', documents: ({ hits }) => hits }, () => ({ hits: [{ id: 'x' }] }));
      retrieval({ dataSource: 'd' }, () => 'no list');
    });
    const key = 'gen_ai.retrieval.documents';
    expect(passed).toEqual([
      [
        {
          texts: { 'gen_ai.retrieval.query.text': 'q' },
          values: { [key]: [{ id: '4', score: 0.5, content: 'text' }, {}, { id: 'b' }] },
        },
        { operation: 'retrieval', feature: 'support' },
      ],
      [
        { texts: { 'gen_ai.retrieval.query.text': undefined }, values: { [key]: [{ id: 'x' }] } },
        { operation: 'retrieval', feature: 'support' },
      ],
      [{ texts: { 'gen_ai.retrieval.query.text': undefined }, values: {} }, expect.anything()],
    ]);
    expect(exported.records().map(({ eventName, attributes }) => [eventName, attributes['seen']])).toEqual(
      Array.from({ length: 3 }, () => ['genvitals.retrieval.details', 'event']),
    );
    expect(exported.records()[0]?.attributes).toMatchObject({
      'gen_ai.data_source.id': 'd',
      'genvitals.feature.name': 'support',
    });
    expect(exported.records()[0]?.spanContext).toEqual(exported.spans()[0]?.spanContext());
  });

  test('are arguments as they were at the start, and the result', () => {
    const exported = registerSdk();
    const { passed } = openGate();
    const given = { city: 'Rome' };
    tool({ name: 't', arguments: given }, () => {
      given.city = 'Oslo';
      return 20;
    });
    expect(passed[0]?.[0]).toEqual({
      values: { 'gen_ai.tool.call.arguments': { city: 'Rome' }, 'gen_ai.tool.call.result': 20 },
    });
    expect(() =>
      tool({ name: 't' }, () => {
        throw new TypeError('x');
      }),
    ).toThrow('x');
    expect(exported.records()[1]?.attributes).toMatchObject({ 'error.type': 'TypeError', seen: 'event' });
    expect(passed[1]?.[0]).toEqual({ values: { 'gen_ai.tool.call.arguments': undefined } });
  });

  test('never reach the app: a reader of documents that throws is told of once', async () => {
    const exported = registerSdk();
    openGate();
    const documents = (): never => {
      throw new Error('no');
    };
    expect(retrieval({ dataSource: 'd', documents }, () => 5)).toBe(5);
    expect(exported.spans()).toHaveLength(1);
    expect(exported.records()).toEqual([]);
  });
});
