import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import type { ResponseCreateParams, ResponseInputItem } from 'openai/resources/responses/responses';
import { describe, expect, test } from 'vitest';
import { readResponsesAnswer, readResponsesRequest } from '../../src/content/responses-content.ts';
import { checked, problemsOf } from './message-schemas.ts';
import { oddValues } from './odd-values.ts';

const request = (params: Partial<ResponseCreateParams>): ReturnType<typeof readResponsesRequest> =>
  checked(readResponsesRequest(params));
const inputOf = (...input: ResponseInputItem[]): unknown => request({ input }).inputMessages;
const answer = (response: object): unknown => checked(readResponsesAnswer(response)).outputMessages;
const partsOf = (...output: object[]): unknown => {
  const [message] = checked(readResponsesAnswer({ status: 'completed', output })).outputMessages ?? [];
  return message?.parts;
};
const reference = (base64: string): object => ({
  content: `sha256:${createHash('sha256').update(base64).digest('hex')}`,
  size_bytes: base64.length,
});

describe('the request of a response', () => {
  test('has its instructions apart, and a text as the words of the user', () => {
    expect(request({ instructions: 'Be brief.', input: 'Hello' })).toEqual({
      systemInstructions: [{ type: 'text', content: 'Be brief.' }],
      inputMessages: [{ role: 'user', parts: [{ type: 'text', content: 'Hello' }] }],
    });
  });

  test('has messages, long and short, with what they hold', () => {
    const png = Buffer.from('a picture').toString('base64');
    expect(
      inputOf(
        { role: 'developer', content: 'Be kind.' },
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is it?' },
            { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${png}` },
            { type: 'input_image', detail: 'auto', file_id: 'file-1' },
            { type: 'input_file', file_url: 'https://example.com/a.pdf', filename: 'a.pdf' },
          ],
        },
        {
          type: 'message',
          id: 'msg_1',
          role: 'assistant',
          status: 'completed',
          content: [
            { type: 'output_text', text: 'A cat.', annotations: [] },
            { type: 'refusal', refusal: 'No more.' },
          ],
        },
      ),
    ).toEqual([
      { role: 'system', parts: [{ type: 'text', content: 'Be kind.' }] },
      {
        role: 'user',
        parts: [
          { type: 'text', content: 'What is it?' },
          { type: 'blob', modality: 'image', mime_type: 'image/png', ...reference(png) },
          { type: 'file', modality: 'image', file_id: 'file-1' },
          { type: 'uri', modality: 'document', uri: 'https://example.com/a.pdf', filename: 'a.pdf' },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'text', content: 'A cat.' },
          { type: 'refusal', content: 'No more.' },
        ],
      },
    ]);
  });

  test('has the calls of tools that the app runs, and what they answered', () => {
    const png = Buffer.from('a screenshot').toString('base64');
    expect(
      inputOf(
        { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' },
        { type: 'function_call_output', call_id: 'call_1', output: '{"celsius":4}' },
        { type: 'custom_tool_call', call_id: 'call_2', name: 'sql', input: '[1]' },
        {
          type: 'custom_tool_call_output',
          call_id: 'call_2',
          output: [{ type: 'input_text', text: 'a row' }],
        },
        {
          type: 'computer_call',
          id: 'cu_1',
          call_id: 'call_3',
          status: 'completed',
          pending_safety_checks: [],
          action: { type: 'screenshot' },
        },
        {
          type: 'computer_call_output',
          call_id: 'call_3',
          output: { type: 'computer_screenshot', image_url: `data:image/png;base64,${png}` },
        },
        { type: 'shell_call', call_id: 'call_4', action: { commands: ['ls'] } },
        {
          type: 'shell_call_output',
          call_id: 'call_4',
          output: [{ stdout: 'a', stderr: '', outcome: { type: 'exit', exit_code: 0 } }],
        },
      ),
    ).toEqual([
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 'call_1', name: 'weather', arguments: { city: 'Oslo' } }],
      },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_1', response: { celsius: 4 } }] },
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'call_2', name: 'sql', arguments: '[1]' }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_2', response: 'a row' }] },
      {
        role: 'assistant',
        parts: [
          {
            type: 'tool_call',
            id: 'call_3',
            name: 'computer',
            arguments: { action: { type: 'screenshot' }, pending_safety_checks: [] },
          },
        ],
      },
      {
        role: 'tool',
        parts: [
          {
            type: 'tool_call_response',
            id: 'call_3',
            response: [{ type: 'blob', modality: 'image', mime_type: 'image/png', ...reference(png) }],
          },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'tool_call', id: 'call_4', name: 'shell', arguments: { action: { commands: ['ls'] } } },
        ],
      },
      {
        role: 'tool',
        parts: [
          {
            type: 'tool_call_response',
            id: 'call_4',
            response: [{ stdout: 'a', stderr: '', outcome: { type: 'exit', exit_code: 0 } }],
          },
        ],
      },
    ]);
  });

  test('has reasoning in its open words, and references to earlier items', () => {
    expect(
      inputOf(
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Thought.' }] },
        {
          type: 'reasoning',
          id: 'rs_2',
          summary: [{ type: 'summary_text', text: 'Thought.' }],
          content: [{ type: 'reasoning_text', text: 'Hm.' }],
          encrypted_content: 'sealed',
        },
        { type: 'reasoning', id: 'rs_3', summary: [], encrypted_content: 'sealed' },
        { type: 'item_reference', id: 'msg_1' },
        { id: 'msg_2' },
        { type: 'compaction', id: 'cmp_1', encrypted_content: 'sealed' },
      ),
    ).toEqual([
      { role: 'assistant', parts: [{ type: 'reasoning', content: 'Thought.' }] },
      { role: 'assistant', parts: [{ type: 'reasoning', content: 'Hm.' }] },
      { role: 'assistant', parts: [] },
      { role: 'assistant', parts: [{ type: 'item_reference', id: 'msg_1' }] },
      { role: 'assistant', parts: [{ type: 'item_reference', id: 'msg_2' }] },
      { role: 'assistant', parts: [{ type: 'compaction', id: 'cmp_1' }] },
    ]);
  });

  test('has what is put into a stored prompt', () => {
    const prompt = {
      id: 'pmpt_1',
      variables: { city: 'Oslo', note: { type: 'input_text' as const, text: 'hi' } },
    };
    expect(request({ prompt })).toEqual({
      inputMessages: [
        {
          role: 'user',
          parts: [
            {
              type: 'prompt_variables',
              variables: { city: 'Oslo', note: [{ type: 'text', content: 'hi' }] },
            },
          ],
        },
      ],
    });
  });

  test('has the tools without the keys that open them', () => {
    const tools: ResponseCreateParams['tools'] = [
      {
        type: 'function',
        name: 'weather',
        description: 'Tells it.',
        parameters: { type: 'object' },
        strict: true,
      },
      {
        type: 'mcp',
        server_label: 'dice',
        server_description: 'Rolls.',
        server_url: 'https://example.com/?key=SECRET',
        authorization: 'SECRET',
        headers: { 'x-key': 'SECRET' },
      },
      { type: 'web_search' },
      { type: 'namespace', name: 'crm', description: 'All.', tools: [{ type: 'function', name: 'find' }] },
    ];
    const added = { type: 'additional_tools', role: 'developer', tools } as const;
    const content = request({ tools, input: [added] });
    expect(content.toolDefinitions).toEqual([
      { type: 'function', name: 'weather', description: 'Tells it.', parameters: { type: 'object' } },
      { type: 'mcp', name: 'dice', description: 'Rolls.' },
      { type: 'web_search', name: 'web_search' },
      { type: 'namespace', name: 'crm', description: 'All.' },
      { type: 'function', name: 'find' },
    ]);
    expect(content.inputMessages).toEqual([
      {
        role: 'system',
        parts: [{ type: 'additional_tools', role: 'developer', tools: content.toolDefinitions }],
      },
    ]);
    expect(JSON.stringify(content)).not.toContain('SECRET');
  });
});

describe('the answer of a response', () => {
  const message = (text: string): object => ({
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [], logprobs: [{ token: text }] }],
  });
  const call = { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{"a":1}' };

  test('is one message of all items, with why it ended', () => {
    const parts = [
      { type: 'reasoning', content: 'Hm.' },
      { type: 'text', content: 'Hello' },
    ];
    const reasoning = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }] };
    const output = [reasoning, message('Hello')];
    const ended = (response: object): unknown => answer({ output, ...response });
    const whole = (finish_reason: string): unknown => [{ role: 'assistant', parts, finish_reason }];
    expect(ended({ status: 'completed' })).toEqual(whole('stop'));
    expect(ended({})).toEqual(whole('stop'));
    expect(ended({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } })).toEqual(
      whole('length'),
    );
    expect(ended({ status: 'incomplete', incomplete_details: { reason: 'content_filter' } })).toEqual(
      whole('content_filter'),
    );
    expect(ended({ status: 'failed' })).toEqual(whole('error'));
    expect(ended({ status: 'in_progress' })).toEqual(whole('error'));
    expect(answer({ status: 'completed', output: [call] })).toEqual([
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 'call_1', name: 'f', arguments: { a: 1 } }],
        finish_reason: 'tool_call',
      },
    ]);
  });

  test('has the tools that the provider ran, and what came of them', () => {
    const png = Buffer.from('drawn').toString('base64');
    expect(
      partsOf(
        {
          type: 'web_search_call',
          id: 'ws_1',
          status: 'completed',
          action: { type: 'search', query: 'news' },
        },
        {
          type: 'file_search_call',
          id: 'fs_1',
          status: 'completed',
          queries: ['what'],
          results: [{ file_id: 'file-1', text: 'that' }],
        },
        {
          type: 'code_interpreter_call',
          id: 'ci_1',
          status: 'completed',
          code: '1+1',
          container_id: 'cntr_1',
          outputs: [
            { type: 'logs', logs: '2' },
            { type: 'image', url: `data:image/png;base64,${png}` },
          ],
        },
        { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: png, output_format: 'png' },
        {
          type: 'mcp_call',
          id: 'mcp_1',
          name: 'roll',
          server_label: 'dice',
          arguments: '{"dice":2}',
          output: '4',
          error: null,
        },
      ),
    ).toEqual([
      {
        type: 'server_tool_call',
        id: 'ws_1',
        name: 'web_search',
        server_tool_call: { type: 'web_search', action: { type: 'search', query: 'news' } },
      },
      {
        type: 'server_tool_call',
        id: 'fs_1',
        name: 'file_search',
        server_tool_call: { type: 'file_search', queries: ['what'] },
      },
      {
        type: 'server_tool_call_response',
        id: 'fs_1',
        server_tool_call_response: { type: 'file_search', results: [{ file_id: 'file-1', text: 'that' }] },
      },
      {
        type: 'server_tool_call',
        id: 'ci_1',
        name: 'code_interpreter',
        server_tool_call: { type: 'code_interpreter', code: '1+1', container_id: 'cntr_1' },
      },
      {
        type: 'server_tool_call_response',
        id: 'ci_1',
        server_tool_call_response: {
          type: 'code_interpreter',
          outputs: [
            { type: 'logs', logs: '2' },
            {
              type: 'image',
              url: { type: 'blob', modality: 'image', mime_type: 'image/png', ...reference(png) },
            },
          ],
        },
      },
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
          result: { type: 'blob', modality: 'image', mime_type: 'image/png', ...reference(png) },
        },
      },
      {
        type: 'server_tool_call',
        id: 'mcp_1',
        name: 'roll',
        server_tool_call: { type: 'mcp', server_label: 'dice', arguments: { dice: 2 } },
      },
      {
        type: 'server_tool_call_response',
        id: 'mcp_1',
        server_tool_call_response: { type: 'mcp', output: '4' },
      },
    ]);
  });

  test('has items that nobody knows yet by their own type', () => {
    expect(
      partsOf({ type: 'telepathy_call', id: 'tp_1', thought: 'x', encrypted_content: 'sealed' }),
    ).toEqual([{ type: 'telepathy_call', id: 'tp_1', thought: 'x' }]);
    expect(partsOf({ type: 'blob', bytes: 1 })).toEqual([
      { type: 'generic', generic_type: 'blob', bytes: 1 },
    ]);
  });

  test('says nothing where there is none', () => {
    for (const result of [undefined, null, '', {}, { output: null }, { output: [], status: 'queued' }])
      expect(readResponsesAnswer(result)).toEqual({});
  });
});

test('values of any type are read to something valid, and never throw', () => {
  const words = `role content text id call_id name arguments output summary input action tools image_url
    results queries code outputs result output_format server_label error url file_id file_data refusal user
    assistant completed status incomplete incomplete_details reason variables constructor`.split(/\s+/);
  const types = `message reasoning function_call function_call_output custom_tool_call custom_tool_call_output
    computer_call computer_call_output local_shell_call shell_call shell_call_output apply_patch_call
    web_search_call file_search_call code_interpreter_call image_generation_call mcp_call mcp_list_tools
    mcp_approval_request additional_tools tool_search_call tool_search_output program program_output compaction
    item_reference input_text input_image input_file output_text refusal computer_screenshot blob text
    constructor`.split(/\s+/);
  const value = oddValues(words, types);
  const list = fc.oneof(fc.array(value, { maxLength: 4 }), value);
  const params = fc.record({ input: list, instructions: value, tools: list, prompt: value });
  fc.assert(
    fc.property(params, fc.record({ output: list, status: value }), (params, result) => {
      expect(problemsOf(readResponsesRequest(params))).toEqual([]);
      expect(problemsOf(readResponsesAnswer(result))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
