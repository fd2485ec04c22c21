import { context, trace } from '@opentelemetry/api';
import { isSampled } from '@genvitals/conventions';
import type { ContentPassage, PassedContent } from '@genvitals/context/host';
import { setMaskHook } from '@genvitals/instrumentation-openai';
import { afterEach, describe, expect, test } from 'vitest';
import { createStage } from '../app-stage.ts';

const CAPTURE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
const SLOT = Symbol.for('genvitals.context.v1');
const QUERY = 'what does anna@example.com owe?';
const DOCUMENTS = [{ id: 'd1', score: 0.4539148803436467, content: 'anna@example.com owes 3' }];
const MASKED = {
  query: 'what does <EMAIL_1> owe?',
  documents: [{ id: 'd1', score: 0.4539148803436467, content: '<EMAIL_1> owes 3' }],
};

function passage(): ContentPassage {
  const slots = globalThis as unknown as Record<symbol, { host: { content: ContentPassage } } | undefined>;
  const content = slots[SLOT]?.host.content;
  if (content === undefined) throw new Error('Expected the instrumentation to set the gate for content');
  return content;
}

function pass(
  values: Readonly<Record<string, unknown>> = { documents: DOCUMENTS },
): PassedContent | undefined {
  const span = trace.getTracer('t').startSpan('retrieval docs');
  return passage().pass(
    { texts: { query: QUERY }, values },
    { operation: 'retrieval', feature: 'support', span, context: trace.setSpan(context.active(), span) },
  );
}

afterEach(() => {
  setMaskHook(undefined);
});

describe('content beside calls', () => {
  test.each([
    [undefined, undefined],
    ['SPAN_ONLY', { span: { query: MASKED.query, documents: JSON.stringify(MASKED.documents) } }],
    ['EVENT_ONLY', { event: MASKED }],
    ['true', { span: { query: MASKED.query, documents: JSON.stringify(MASKED.documents) }, event: MASKED }],
  ])('goes by the same modes and masks as that of calls: %s', async (mode, expected) => {
    await createStage({ env: mode === undefined ? {} : { [CAPTURE]: mode } });
    expect(passage().isOpen()).toBe(mode !== undefined);
    expect(pass()).toEqual(expected);
  });

  test('goes to the judge alone where nothing else is set', async () => {
    await createStage({ host: { judge: { emit: () => undefined } } });
    expect(pass()).toEqual({ judge: MASKED });
  });

  test('of a fraction of traces is that of the traces which everybody takes', async () => {
    await createStage({ env: { [CAPTURE]: 'EVENT_ONLY', GENVITALS_CAPTURE_FRACTION: '0.5' } });
    const taken = Array.from({ length: 40 }, () => {
      const span = trace.getTracer('t').startSpan('s');
      const passed = passage().pass(
        { texts: { query: 'q' } },
        { operation: 'retrieval', feature: 'f', span, context: context.active() },
      );
      expect(passed !== undefined).toBe(isSampled(span.spanContext().traceId, 0.5, 'genvitals'));
      expect([undefined, 0.5]).toContain(passed?.event?.['genvitals.sampling.probability']);
      return passed !== undefined;
    });
    expect(new Set(taken).size).toBe(2);
  });

  test('keeps its shape where it is too long: texts are cut first, then there are fewer', async () => {
    await createStage({ env: { [CAPTURE]: 'EVENT_ONLY' } });
    const long = pass({ documents: [{ id: 'd', content: 'x y '.repeat(25_000) }] })?.event?.['documents'];
    expect(long).toEqual([
      { id: 'd', content: expect.stringMatching(/^(?:x y ?)+… \[\d+ bytes left out\]$/) },
    ]);
    const many = pass({ documents: Array.from({ length: 40_000 }, (_, id) => ({ id: `d${id}` })) })?.event;
    expect((many?.['documents'] as unknown[] | undefined)?.[0]).toEqual({ id: 'd0' });
    expect(JSON.stringify(many).length).toBeLessThan(262_145);
    const keys = pass({ documents: { ['k'.repeat(400_000)]: 1 } })?.event;
    expect(JSON.stringify(keys).length).toBeLessThan(262_145);
  });

  test('that is JSON in a text is what it says, unless it is to stay a text', async () => {
    await createStage({ env: { [CAPTURE]: 'EVENT_ONLY' } });
    const passed = passage().pass(
      { texts: { comment: '{"a":1}', absent: undefined }, values: { given: '{"a":1}', none: undefined } },
      { operation: 'execute_tool', feature: 'f', span: undefined, context: context.active() },
    );
    expect(passed).toEqual({ event: { comment: '{"a":1}', given: { a: 1 } } });
  });

  test('survives values that cannot be read', async () => {
    await createStage({ env: { [CAPTURE]: 'EVENT_ONLY' } });
    const circle: unknown[] = [];
    circle.push(circle);
    const odd = {
      get thrown(): never {
        throw new Error('no');
      },
    };
    expect(() =>
      pass({ circle, odd, big: 3n, when: new Date(0), bytes: new Uint8Array(9), f: () => 1 }),
    ).not.toThrow();
  });
});

describe('a mask hook of content beside calls', () => {
  const env = { [CAPTURE]: 'EVENT_ONLY' };

  test('sees texts as of a user and values as of a tool, and what it changes is recorded', async () => {
    await createStage({ env });
    const seen: unknown[] = [];
    setMaskHook((content, call) => {
      seen.push(content, call);
      return JSON.parse(JSON.stringify(content).replaceAll('owe', 'get')) as typeof content;
    });
    expect(pass()?.event).toEqual({
      query: 'what does <EMAIL_1> get?',
      documents: [{ ...MASKED.documents[0], content: '<EMAIL_1> gets 3' }],
    });
    expect(seen).toEqual([
      {
        inputMessages: [
          { role: 'user', name: 'query', parts: [{ type: 'text', content: QUERY }] },
          { role: 'tool', name: 'documents', parts: [{ type: 'tool_call_response', response: DOCUMENTS }] },
        ],
      },
      { operation: 'retrieval', model: undefined, feature: 'support' },
    ]);
  });

  test('takes out what it leaves out', async () => {
    await createStage({ env });
    setMaskHook((content) => ({
      inputMessages: (content.inputMessages ?? []).filter(({ role }) => role !== 'user'),
    }));
    expect(pass()?.event).toEqual({ documents: [{ ...MASKED.documents[0] }] });
    setMaskHook(() => ({}));
    expect(pass()).toBeUndefined();
  });

  test('that throws leaves nothing, which is said once', async () => {
    const stage = await createStage({ env, diagnostics: [/content is left out where it cannot be masked/] });
    setMaskHook(() => {
      throw new Error('no');
    });
    expect(pass()).toBeUndefined();
    expect(pass()).toBeUndefined();
    expect(stage.said()).toHaveLength(1);
  });
});
