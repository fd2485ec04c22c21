import { agent, retrieval, tool, withContext } from '@genvitals/context';
import { instrument } from '@genvitals/instrumentation-openai';
import { createSimulator, type Simulator } from '@genvitals/openai-simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forgetExported, records, registerSdk, spans, spanTrees } from './words/telemetry.ts';

const QUESTION = 'What is the weather in Rome, asks anna@example.com?';
const PASSAGES = [{ id: 'p1', score: 0.87, content: 'Rome is warm, writes anna@example.com', vector: [1] }];
const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Tells the current weather in a city',
      parameters: {
        type: 'object',
        properties: { location: { type: 'string' } },
        required: ['location'],
        additionalProperties: false,
      },
    },
  },
];

let simulator: Simulator;

beforeAll(async () => {
  process.env['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT'] = 'SPAN_AND_EVENT';
  process.env['GENVITALS_PROVIDERS'] = '127.0.0.1=openai';
  registerSdk();
  simulator = await createSimulator({ latencyScale: 0 });
});
afterAll(() => simulator.close());
beforeEach(forgetExported);

/** Looks something up, lets the model call a tool, and streams the answer. */
async function answer(client: any, question: string): Promise<string> {
  const messages: any[] = [{ role: 'user', content: question }];
  await retrieval({ dataSource: 'handbook', query: question, topK: 3 }, async () => {
    await client.embeddings.create({ model: 'text-embedding-3-small', input: question });
    return PASSAGES;
  });
  const asked = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages,
    tools: TOOLS,
    tool_choice: 'required',
  });
  const { message } = asked.choices[0];
  messages.push(message);
  for (const { id, function: called } of message.tool_calls) {
    const weather = await tool({ name: called.name, callId: id, arguments: called.arguments }, () =>
      Promise.resolve({ sky: 'clear', station: 'anna@example.com' }),
    );
    messages.push({ role: 'tool', tool_call_id: id, content: JSON.stringify(weather) });
  }
  let text = '';
  const stream = await client.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true });
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

describe.each(['openai-4-104', 'openai-7-57'])('with %s', (name) => {
  let client: any;
  beforeAll(async () => {
    const { OpenAI } = (await import(name)) as { OpenAI: any };
    instrument(OpenAI);
    client = new OpenAI({ apiKey: 'sk-test', baseURL: simulator.url, maxRetries: 0 });
  });

  test('retrieval, tools and answers of an agent are one trace', async () => {
    const text = await withContext({ feature: 'support', conversationId: 'c1' }, () =>
      agent({ name: 'triage' }, () => answer(client, QUESTION)),
    );
    expect(text).not.toBe('');
    expect(spanTrees()).toEqual([
      {
        name: 'support',
        inside: [
          {
            name: 'invoke_agent triage',
            inside: [
              { name: 'retrieval handbook', inside: [{ name: 'embeddings text-embedding-3-small' }] },
              { name: 'chat gpt-4o-mini' },
              { name: 'execute_tool get_weather' },
              { name: 'chat gpt-4o-mini' },
            ],
          },
        ],
      },
    ]);
    expect(new Set(spans().map((span) => span.attributes['genvitals.feature.name']))).toEqual(
      new Set(['support']),
    );
    expect(new Set(spans().map((span) => span.attributes['gen_ai.conversation.id']))).toEqual(
      new Set(['c1']),
    );
  });

  test('what was looked up and given to tools is masked on spans and events like what was asked', async () => {
    await withContext({ feature: 'support' }, () => answer(client, QUESTION));
    const [found, used] = ['genvitals.retrieval.details', 'genvitals.tool.details'].map((event) =>
      records().find(({ eventName }) => eventName === event),
    );
    const documents = [{ id: 'p1', score: 0.87, content: 'Rome is warm, writes <EMAIL_1>' }];
    expect(found?.attributes).toEqual({
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.data_source.id': 'handbook',
      'gen_ai.retrieval.top_k': 3,
      'genvitals.feature.name': 'support',
      'genvitals.feature.source': 'app',
      'gen_ai.retrieval.query.text': 'What is the weather in Rome, asks <EMAIL_1>?',
      'gen_ai.retrieval.documents': documents,
    });
    expect(used?.attributes).toMatchObject({
      'gen_ai.tool.name': 'get_weather',
      'gen_ai.tool.call.arguments': { location: expect.any(String) },
      'gen_ai.tool.call.result': { sky: 'clear', station: '<EMAIL_1>' },
    });
    const span = spans().find((each) => each.name === 'retrieval handbook');
    expect(found?.spanContext?.spanId).toBe(span?.spanContext().spanId);
    expect(span?.attributes).toMatchObject({
      'gen_ai.retrieval.query.text': 'What is the weather in Rome, asks <EMAIL_1>?',
      'gen_ai.retrieval.documents': JSON.stringify(documents),
    });
    const all = JSON.stringify([
      spans().map(({ attributes }) => attributes),
      records().map((r) => r.attributes),
    ]);
    expect(all).not.toContain('anna@example.com');
  });
});
