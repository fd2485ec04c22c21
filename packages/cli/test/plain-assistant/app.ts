// A support assistant over a few documents, as one might write it: Express, the openai client, no telemetry.
// Whatever the demo shows of it was recorded by the flag it is started with.
import express, { type NextFunction, type Request, type Response } from 'express';
import OpenAI, { APIError } from 'openai';
import { documents } from '../../src/demo/assistant/documents.ts';
import { houseRules } from '../../src/demo/assistant/house-rules.ts';
import { findOrder } from '../../src/demo/assistant/orders.ts';
import { createRetriever, type Passage } from '../../src/demo/assistant/retrieval.ts';

const CHAT_MODEL = 'gpt-4o-mini';
const TOOL_MODEL = 'gpt-4.1-mini';
const SUMMARY_MODEL = 'gpt-5-mini';
const MAX_ANSWER_TOKENS = 300;
const MAX_TOOL_ROUNDS = 5;
const MAX_STOP_MS = 3_000;

const openai = new OpenAI();
const retriever = await createRetriever(openai, documents);
const app = express();
app.use(express.json({ limit: '1mb' }));

function toPrompt(question: string, passages: readonly Passage[]): string {
  if (passages.length === 0) return `Question: ${question}`;
  const context = passages.map(({ title, text }, index) => `[${index + 1}] ${title}. ${text}`).join('\n');
  return `Context:\n${context}\n\nQuestion: ${question}`;
}

app.post('/ask', async (request: Request, response: Response) => {
  const { question } = request.body as { question: string };
  const passages = await retriever.find(question);
  const completion = await openai.chat.completions.create({
    model: CHAT_MODEL,
    temperature: 0,
    max_completion_tokens: MAX_ANSWER_TOKENS,
    messages: [
      { role: 'system', content: 'Answer briefly, from the context if there is one.' },
      { role: 'user', content: toPrompt(question, passages) },
    ],
  });
  response.json({
    answer: completion.choices[0]?.message.content ?? '',
    sources: passages.map(({ title }) => title),
  });
});

app.post('/chat', async (request: Request, response: Response) => {
  const { question } = request.body as { question: string };
  const passages = await retriever.find(question);
  const stream = await openai.chat.completions.create({
    model: CHAT_MODEL,
    temperature: 0.3,
    max_completion_tokens: MAX_ANSWER_TOKENS,
    stream: true,
    stream_options: { include_usage: true },
    messages: [
      { role: 'system', content: houseRules },
      { role: 'user', content: toPrompt(question, passages) },
    ],
  });
  // Who closes the page does not need the rest.
  response.on('close', () => {
    if (!response.writableEnded) stream.controller.abort();
  });
  response.type('text/plain');
  for await (const chunk of stream) response.write(chunk.choices[0]?.delta.content ?? '');
  response.end();
});

const tools: OpenAI.Chat.Completions.ChatCompletionTool[] = [
  {
    type: 'function',
    function: {
      name: 'find_order',
      description: 'Looks up where an order is and when it arrives, by the number of the order.',
      parameters: {
        type: 'object',
        properties: { order_number: { type: 'string', description: 'As on the invoice, like B-1042.' } },
        required: ['order_number'],
        additionalProperties: false,
      },
    },
  },
];

app.post('/orders/:number/question', async (request: Request, response: Response) => {
  const { question } = request.body as { question: string };
  const messages: OpenAI.Chat.Completions.ChatCompletionMessageParam[] = [
    { role: 'system', content: houseRules },
    { role: 'user', content: `${question} The order is ${String(request.params['number'])}.` },
  ];
  for (let round = 0; round < MAX_TOOL_ROUNDS; round++) {
    const completion = await openai.chat.completions.create({
      model: TOOL_MODEL,
      max_completion_tokens: MAX_ANSWER_TOKENS,
      messages,
      tools,
    });
    const message = completion.choices[0]?.message;
    if (message?.tool_calls === undefined) {
      response.json({ answer: message?.content ?? '' });
      return;
    }
    messages.push(message);
    for (const call of message.tool_calls) {
      const { order_number: number = '' } = (
        call.type === 'function' ? JSON.parse(call.function.arguments) : {}
      ) as { order_number?: string };
      messages.push({ role: 'tool', tool_call_id: call.id, content: findOrder(number) });
    }
  }
  response.status(502).json({ error: `No answer after ${MAX_TOOL_ROUNDS} rounds of tool calls.` });
});

app.post('/summary', async (request: Request, response: Response) => {
  const { conversation } = request.body as { conversation: string };
  const summary = await openai.responses.create({
    model: SUMMARY_MODEL,
    reasoning: { effort: 'low' },
    max_output_tokens: 1_000,
    instructions: 'Sum up in two sentences what the customer wants and what was said so far.',
    input: conversation,
  });
  response.json({ summary: summary.output_text });
});

app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const status = error instanceof APIError ? (error.status ?? 502) : 500;
  response.status(status).json({ error: error instanceof Error ? error.message : String(error) });
});

const server = app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : address;
  process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
});

/** Whoever started the app as a child ends it by hanging up, which also happens when that process dies. */
function stop(): void {
  setTimeout(() => process.exit(), MAX_STOP_MS).unref();
  server.close();
  server.closeIdleConnections();
  if (process.connected) process.disconnect();
}
process.once('disconnect', stop);
process.once('SIGTERM', stop);
