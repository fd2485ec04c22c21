import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFetchedResponse } from '../../src/content/responses-content.ts';
import { responseObject, responseStream } from '../answers.ts';
import { createStage, type Stage } from '../app-stage.ts';
import { json, sse } from '../provider-server.ts';
import { checked, problemsOf } from './message-schemas.ts';
import { oddValues } from './odd-values.ts';

const ASKED = {
  instructions: 'Be brief.',
  tools: [{ type: 'function', name: 'look_up', description: 'Looks up.', parameters: { type: 'object' } }],
};
const ANSWER = [{ role: 'assistant', parts: [{ type: 'text', content: 'Hello' }], finish_reason: 'stop' }];
const INSTRUCTIONS = [{ type: 'text', content: 'Be brief.' }];
const TOOLS = [
  { type: 'function', name: 'look_up', description: 'Looks up.', parameters: { type: 'object' } },
];
const KEYS = ['gen_ai.output.messages', 'gen_ai.system_instructions', 'gen_ai.tool.definitions'] as const;

async function capturing(mode = 'SPAN_AND_EVENT'): Promise<Stage> {
  return createStage({ env: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: mode } });
}

/** What the last span and the last event have of content; the span's is JSON. */
function recorded(stage: Stage): Record<string, unknown> {
  const span = stage.spans().at(-1)?.attributes ?? {};
  const event = stage.events().at(-1)?.attributes ?? {};
  const found: Record<string, unknown> = {};
  for (const key of [...KEYS, 'gen_ai.input.messages']) {
    if (span[key] === undefined && event[key] === undefined) continue;
    expect(JSON.parse(String(span[key]))).toEqual(event[key]);
    found[key] = event[key];
  }
  return found;
}

const WHOLE = {
  'gen_ai.output.messages': ANSWER,
  'gen_ai.system_instructions': INSTRUCTIONS,
  'gen_ai.tool.definitions': TOOLS,
};

describe('a fetched response', () => {
  test('of a call in the background brings its content once it is finished', async () => {
    const stage = await capturing();
    const running = { background: true, output: [], usage: null, ...ASKED };
    stage.script(
      json(responseObject({ ...running, status: 'queued' })),
      json(responseObject({ ...running, status: 'in_progress' })),
      json(responseObject({ background: true, ...ASKED })),
    );
    const { responses } = stage.client();
    await responses.create({ model: 'gpt-4o-mini', input: 'Hi', background: true });
    await responses.retrieve('resp_1');
    expect(recorded(stage)).toEqual({});
    await responses.retrieve('resp_1');
    expect(recorded(stage)).toEqual(WHOLE);
    expect(stage.spans().at(-1)?.name).toBe('fetch_response');
  });

  test('of a call that was answered at once brings it again', async () => {
    const stage = await capturing();
    stage.script(json(responseObject(ASKED)));
    await stage.client().responses.retrieve('resp_1');
    expect(recorded(stage)).toEqual(WHOLE);
  });

  test('that is streamed brings the same', async () => {
    const stage = await capturing();
    stage.script(sse(responseStream('response.completed', { background: true, ...ASKED })));
    for await (const event of await stage.client().responses.retrieve('resp_1', { stream: true })) void event;
    expect(recorded(stage)).toEqual(WHOLE);
  });

  test('whose stream the app leaves brings what had arrived', async () => {
    const stage = await capturing();
    stage.script(sse(responseStream()));
    for await (const event of await stage.client().responses.retrieve('resp_1', { stream: true })) {
      if (event.type === 'response.output_text.delta') break;
    }
    expect(recorded(stage)).toEqual({
      'gen_ai.output.messages': [expect.objectContaining({ parts: [{ type: 'text', content: 'Hel' }] })],
    });
  });

  test('goes through the gate: nothing while content is off, and masked where it is on', async () => {
    const secret = responseObject({ ...ASKED, instructions: 'Write to anna@example.com.' });
    const off = await capturing('NO_CONTENT');
    off.script(json(secret));
    await off.client().responses.retrieve('resp_1');
    expect(recorded(off)).toEqual({});

    const on = await capturing();
    on.script(json(secret));
    await on.client().responses.retrieve('resp_1');
    expect(recorded(on)['gen_ai.system_instructions']).toEqual([
      { type: 'text', content: 'Write to <EMAIL_1>.' },
    ]);
  });

  test('that is not there brings nothing', async () => {
    const stage = await capturing();
    stage.script(json({ error: { message: 'No such response' } }, 404));
    await stage
      .client()
      .responses.retrieve('resp_1')
      .catch(() => undefined);
    expect(recorded(stage)).toEqual({});
  });
});

describe('reading what a stored response tells', () => {
  test('takes instructions that are a conversation, as those of stored prompts are', () => {
    const instructions = [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be kind.' }] },
    ];
    expect(checked(readFetchedResponse({ status: 'completed', output: [], instructions }))).toEqual({
      systemInstructions: [{ type: 'text', content: 'Be kind.' }],
    });
  });

  test('survives values of any type, and gives what the schemas take', () => {
    const words = ['type', 'role', 'content', 'text', 'name', 'parameters', 'tools', 'output', 'completed'];
    const types = ['message', 'input_text', 'input_image', 'output_text', 'function', 'function_call', 'mcp'];
    const value = oddValues(words, types);
    const list = fc.oneof(fc.array(value, { maxLength: 4 }), value);
    fc.assert(
      fc.property(fc.record({ instructions: list, tools: list, output: list, status: value }), (response) => {
        expect(problemsOf(readFetchedResponse(response))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
