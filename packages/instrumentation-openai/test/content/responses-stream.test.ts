import * as fc from 'fast-check';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { describe, expect, test } from 'vitest';
import { readResponsesAnswer } from '../../src/content/responses-content.ts';
import { foldResponsesContent } from '../../src/content/responses-stream.ts';
import { responseObject, responseStream } from '../answers.ts';
import { checked, problemsOf } from './message-schemas.ts';
import { oddValues } from './odd-values.ts';

type AnyEvent = { readonly type: ResponseStreamEvent['type'] } & Readonly<Record<string, unknown>>;

function fold(events: readonly unknown[]): { messages: any; leftOut: number } {
  const fold = foldResponsesContent();
  for (const event of events) fold.push(event);
  return { messages: checked(fold.result()).outputMessages, leftOut: fold.leftOutLength() };
}
const cutOff = (...events: AnyEvent[]): unknown => fold(events).messages;
const broken = (...parts: object[]): unknown => [{ role: 'assistant', parts, finish_reason: 'error' }];

describe('a streamed response', () => {
  test.each(['response.completed', 'response.incomplete', 'response.failed'])(
    'that ends with %s says what its last event says',
    (last) => {
      const changes = { incomplete_details: { reason: 'max_output_tokens' } };
      const whole = responseObject({ status: last.replace('response.', ''), ...changes });
      expect(fold(responseStream(last, changes)).messages).toEqual(
        checked(readResponsesAnswer(whole)).outputMessages,
      );
    },
  );

  test('that breaks off says what its deltas say', () => {
    expect(
      cutOff(
        { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', id: 'rs_1' } },
        { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'H' },
        { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'm.' },
        { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 1, delta: 'So.' },
        {
          type: 'response.output_item.added',
          output_index: 2,
          item: { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'weather', arguments: '' },
        },
        { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'Hel' },
        { type: 'response.function_call_arguments.delta', output_index: 2, delta: '{"city":' },
        { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'lo' },
        { type: 'response.refusal.delta', output_index: 1, content_index: 1, delta: 'No.' },
        { type: 'response.function_call_arguments.delta', output_index: 2, delta: '"Oslo"}' },
      ),
    ).toEqual(
      broken(
        { type: 'reasoning', content: 'Hm.' },
        { type: 'reasoning', content: 'So.' },
        { type: 'text', content: 'Hello' },
        { type: 'refusal', content: 'No.' },
        { type: 'tool_call', id: 'call_1', name: 'weather', arguments: { city: 'Oslo' } },
      ),
    );
  });

  test('that breaks off says what its finished items say, without their bytes', () => {
    const png = 'QUJD'.repeat(1000);
    const searched = { type: 'web_search_call', id: 'ws_1', action: { type: 'search', query: 'news' } };
    const text = { type: 'output_text', text: 'Hello', annotations: [] };
    const messages = cutOff(
      { type: 'response.output_item.done', output_index: 0, item: searched },
      { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'Hel' },
      {
        type: 'response.output_item.done',
        output_index: 1,
        item: { type: 'message', id: 'msg_1', role: 'assistant', content: [text] },
      },
      {
        type: 'response.output_item.done',
        output_index: 2,
        item: { type: 'image_generation_call', id: 'ig_1', result: png },
      },
    );
    expect(messages).toEqual(
      broken(
        {
          type: 'server_tool_call',
          id: 'ws_1',
          name: 'web_search',
          server_tool_call: { type: 'web_search', action: { type: 'search', query: 'news' } },
        },
        { type: 'text', content: 'Hello' },
        {
          type: 'server_tool_call',
          id: 'ig_1',
          name: 'image_generation',
          server_tool_call: { type: 'image_generation' },
        },
        {
          type: 'server_tool_call_response',
          id: 'ig_1',
          server_tool_call_response: {
            type: 'image_generation',
            result: expect.objectContaining({ type: 'blob', size_bytes: 4000 }),
          },
        },
      ),
    );
  });

  test('says what its items said where its last event has none of them', () => {
    const events = responseStream('response.completed', { output: [] });
    expect(fold(events).messages).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Hello' }], finish_reason: 'stop' },
    ]);
  });

  test('says nothing where nothing came', () => {
    expect(fold([])).toEqual({ messages: undefined, leftOut: 0 });
    const [created] = responseStream();
    expect(fold([undefined, null, 1, {}, { type: 1 }, created]).messages).toBeUndefined();
  });

  test('keeps 256 Ki characters of what is said, and counts the rest', () => {
    const delta = 'word '.repeat(100);
    const deltas = Array.from({ length: 2000 }, () => ({
      type: 'response.output_text.delta',
      output_index: 0,
      content_index: 0,
      delta,
    }));
    const text = { type: 'output_text', text: delta.repeat(2000) };
    const done = {
      type: 'response.output_item.done',
      output_index: 0,
      item: { type: 'message', role: 'assistant', content: [text] },
    };
    const { messages, leftOut } = fold([...deltas, done]);
    expect(leftOut).toBe(1_000_000 - 262_144);
    expect(messages[0].parts[0].content).toMatch(new RegExp(`… \\[${leftOut} characters left out\\]$`));
    expect(messages[0].parts[0].content.length).toBeLessThan(262_200);
    const ended = { type: 'response.completed', response: responseObject({ output: [done.item] }) };
    const whole = fold([...deltas, done, ended]);
    expect(whole.leftOut).toBe(0);
    expect(whole.messages[0].parts[0].content).toHaveLength(1_000_000);
  });

  test('leaves out an item that is too large, and counts it', () => {
    const item = { type: 'file_search_call', id: 'fs_1', results: [{ text: 'word '.repeat(60_000) }] };
    const { messages, leftOut } = fold([{ type: 'response.output_item.done', output_index: 0, item }]);
    expect(leftOut).toBe(JSON.stringify(item).length);
    expect(messages[0].parts).toEqual([
      {
        type: 'server_tool_call',
        id: 'fs_1',
        name: 'file_search',
        server_tool_call: { type: 'file_search' },
      },
    ]);
  });

  test('survives events of any type', () => {
    const words = `output_index content_index summary_index delta item response output content type text id
      call_id name arguments role message status completed`.split(/\s+/);
    const types = `response.output_item.added response.output_item.done response.output_text.delta
      response.refusal.delta response.reasoning_text.delta response.function_call_arguments.delta
      response.mcp_call_arguments.delta response.completed response.failed error message reasoning
      function_call mcp_call constructor`.split(/\s+/);
    fc.assert(
      fc.property(fc.array(oddValues(words, types), { maxLength: 5 }), (events) => {
        const fold = foldResponsesContent();
        for (const event of events) fold.push(event);
        expect(problemsOf(fold.result())).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
