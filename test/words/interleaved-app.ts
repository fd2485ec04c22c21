import type { AddressInfo } from 'node:net';
import express, { type Request } from 'express';
import { retrieval, tool } from '@genvitals/context';
import { genvitals } from '@genvitals/context/express';
import { instrument } from '@genvitals/instrumentation-openai';
import { createSimulator } from '@genvitals/openai-simulator';
import { records, registerSdk, spans } from './telemetry.ts';

/**
 * Serves many requests at once, each of which looks something up, lets the model call a tool and streams an answer;
 * prints what was exported of them, a line a signal, with the number of the request that each is about.
 */
const COUNT = Number(process.argv[2]);
const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Tells the current weather in a city',
      parameters: { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] },
    },
  },
];

registerSdk();
const { OpenAI } = (await import(process.env['APP_OPENAI'] ?? '')) as { OpenAI: any };
instrument(OpenAI);
const simulator = await createSimulator({ latencyScale: 0 });
const client = new OpenAI({ apiKey: 'sk-test', baseURL: simulator.url, maxRetries: 0, timeout: 120_000 });

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.random() * 20));

async function answer(question: string): Promise<string> {
  const messages: any[] = [{ role: 'user', content: question }];
  await retrieval({ dataSource: 'handbook', query: question }, async () => {
    await pause();
    await client.embeddings.create({ model: 'text-embedding-3-small', input: question });
    return [{ id: question }];
  });
  const asked = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages,
    tools: TOOLS,
    tool_choice: 'required',
  });
  const [{ message }] = asked.choices;
  messages.push(message);
  for (const { id, function: called } of message.tool_calls) {
    const result = await tool({ name: called.name, callId: id, arguments: { question } }, async () => {
      await pause();
      return { question };
    });
    messages.push({ role: 'tool', tool_call_id: id, content: JSON.stringify(result) });
  }
  await pause();
  let text = '';
  const stream = await client.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true });
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    if (text.length % 5 === 0) await pause();
  }
  return text;
}

const app = express();
app.use(
  genvitals(
    ({ query }: Request) => ({
      feature: `feature-${Number(query['n']) % 7}`,
      sessionId: query['n'] as string,
      userId: query['n'] as string,
      tags: { n: Number(query['n']) },
    }),
    { responseHeader: true },
  ),
);
app.use(express.json());
app.post('/ask', (request, response, next) => {
  answer(request.body.question).then((text) => response.json({ text }), next);
});

const server = app.listen(0, '127.0.0.1', async () => {
  const { port } = server.address() as AddressInfo;
  const answers = await Promise.all(
    Array.from({ length: COUNT }, async (_, n) => {
      await pause();
      const response = await fetch(`http://127.0.0.1:${port}/ask?n=${n}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ question: `What is the weather in city no${n}x?` }),
      });
      await response.text();
      return { n, status: response.status, traceId: response.headers.get('x-trace-id') };
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  const numberOf = (attributes: object): number[] => [
    ...new Set([...JSON.stringify(attributes).matchAll(/no(\d+)x/g)].map(([, n]) => Number(n))),
  ];
  for (const each of answers) process.stdout.write(`${JSON.stringify({ kind: 'answer', ...each })}\n`);
  for (const [kind, list] of [
    ['span', spans()],
    ['event', records()],
  ] as const)
    for (const signal of list) {
      const { attributes } = signal;
      const line = {
        kind,
        name: 'name' in signal ? signal.name : signal.eventName,
        traceId: ('name' in signal ? signal.spanContext() : signal.spanContext)?.traceId,
        numbers: numberOf(attributes),
        said: ['session.id', 'user.id', 'genvitals.tag.n', 'genvitals.feature.name'].map(
          (key) => attributes[key],
        ),
      };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    }
  server.close();
  server.closeAllConnections();
  await simulator.close();
});
