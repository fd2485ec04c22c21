// A support assistant over a few documents, as one might write it: Express and the openai client. Its calls are
// recorded by the flag that it is started with; what no flag can know it says by @genvitals/context: who asks, which
// feature and prompt it is, what was retrieved, and how to hear what became of an answer.
import {
  agent,
  currentCall,
  escalated,
  retrieval,
  startConversation,
  tool,
  withContext,
} from '@genvitals/context';
import { getExperiment } from '@genvitals/context/experiments';
import { genvitals } from '@genvitals/context/express';
import { createReceiver } from '@genvitals/context/receiver';
import express, { type NextFunction, type Request, type Response } from 'express';
import OpenAI, { APIError } from 'openai';
import { answerPrompts } from './answer-prompts.ts';
import { documents } from './documents.ts';
import { houseRules } from './house-rules.ts';
import { findOrder } from './orders.ts';
import { createRetriever, MAX_PASSAGES, type Passage } from './retrieval.ts';
import { asTask } from './task.ts';

const CHAT_MODEL = 'gpt-4o-mini';
const TOOL_MODEL = 'gpt-4.1-mini';
const SUMMARY_MODEL = 'gpt-5-mini';
const MAX_ANSWER_TOKENS = 300;
const MAX_TOOL_ROUNDS = 5;
const MAX_STOP_MS = 3_000;
/** All visitors of the demo come from one address; an app that faces the world keeps the receiver's own limit. */
const MAX_REPORTS_A_MINUTE = 100_000;

const HOUSE_RULES = { name: 'house-rules', version: '1', template: houseRules };

const openai = new OpenAI();
const answerStyle = getExperiment('answer-style');
const retriever = await withContext({ feature: 'indexing' }, () => createRetriever(openai, documents));
const app = express();
app.post(
  ['/v1/feedback', '/v1/outcomes'],
  createReceiver({ rateLimit: { perAddress: MAX_REPORTS_A_MINUTE } }).node,
);
app.use(express.json({ limit: '1mb' }));
app.use(
  genvitals(
    (request: Request) => ({
      userId: request.get('x-user'),
      sessionId: request.get('x-session'),
      conversationId: request.get('x-conversation'),
    }),
    { responseHeader: true },
  ),
);
app.use((_request, _response, next) => {
  startConversation();
  next();
});

function find(question: string): Promise<Passage[]> {
  const documentsOf = (passages: readonly Passage[]) =>
    passages.map(({ title, text, similarity }) => ({ id: title, score: similarity, content: text }));
  return retrieval(
    { dataSource: 'handbook', query: question, topK: MAX_PASSAGES, documents: documentsOf },
    () => retriever.find(question),
  );
}

function toPrompt(question: string, passages: readonly Passage[]): string {
  if (passages.length === 0) return `Question: ${question}`;
  const context = passages.map(({ title, text }, index) => `[${index + 1}] ${title}. ${text}`).join('\n');
  return `Context:\n${context}\n\nQuestion: ${question}`;
}

app.post('/ask', async (request: Request, response: Response) => {
  const { question } = request.body as { question: string };
  const arm = answerStyle.assign(request.get('x-user'));
  const template = answerPrompts[arm.variant];
  const prompt = arm.prompt && { ...arm.prompt, template };
  await withContext({ feature: 'ask', experiment: arm, prompt }, () =>
    asTask('answer_question', async (task) => {
      const passages = await find(question);
      const completion = await openai.chat.completions.create({
        model: CHAT_MODEL,
        temperature: 0,
        max_completion_tokens: MAX_ANSWER_TOKENS,
        messages: [
          { role: 'system', content: template },
          { role: 'user', content: toPrompt(question, passages) },
        ],
      });
      response.json({
        answer: completion.choices[0]?.message.content ?? '',
        sources: passages.map(({ title }) => title),
        call: currentCall(),
        task: task.token,
      });
    }),
  );
});

app.post('/chat', async (request: Request, response: Response) => {
  const { question } = request.body as { question: string };
  await withContext({ feature: 'chat', prompt: HOUSE_RULES }, () =>
    asTask('answer_question', async (task) => {
      const passages = await find(question);
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
      response.type('text/plain').set({ 'x-call': currentCall(), 'x-task': task.token });
      for await (const chunk of stream) response.write(chunk.choices[0]?.delta.content ?? '');
      response.end();
    }),
  );
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

function runTool(call: OpenAI.Chat.Completions.ChatCompletionMessageToolCall): string {
  if (call.type !== 'function') return findOrder('');
  const { name, arguments: given } = call.function;
  return tool({ name, callId: call.id, arguments: given }, () => {
    const { order_number: number = '' } = JSON.parse(given) as { order_number?: string };
    return findOrder(number);
  });
}

/** Undefined where the model never stops asking for its tool. */
async function answerByTools(question: string): Promise<string | undefined> {
  const messages: OpenAI.Chat.Completions.ChatCompletionMessageParam[] = [
    { role: 'system', content: houseRules },
    { role: 'user', content: question },
  ];
  for (let round = 0; round < MAX_TOOL_ROUNDS; round++) {
    const completion = await openai.chat.completions.create({
      model: TOOL_MODEL,
      max_completion_tokens: MAX_ANSWER_TOKENS,
      messages,
      tools,
    });
    const message = completion.choices[0]?.message;
    if (message?.tool_calls === undefined) return message?.content ?? '';
    messages.push(message);
    for (const call of message.tool_calls)
      messages.push({ role: 'tool', tool_call_id: call.id, content: runTool(call) });
  }
  return undefined;
}

app.post('/orders/:number/question', async (request: Request, response: Response) => {
  const { question } = request.body as { question: string };
  const asked = `${question} The order is ${String(request.params['number'])}.`;
  await withContext({ feature: 'order', prompt: HOUSE_RULES }, () =>
    asTask('track_order', async (task) => {
      const answer = await agent({ name: 'order-clerk', version: '1' }, () => answerByTools(asked));
      if (answer !== undefined) {
        response.json({ answer, call: currentCall(), task: task.token });
        return;
      }
      task.fail('tool_rounds');
      const error = `No answer after ${MAX_TOOL_ROUNDS} rounds of tool calls.`;
      response.status(502).json({ error, call: currentCall() });
    }),
  );
});

/** Of a conversation that a person takes over. */
app.post('/summary', async (request: Request, response: Response) => {
  const { conversation } = request.body as { conversation: string };
  await withContext({ feature: 'summary' }, async () => {
    escalated({ reason: 'wish', target: 'telephone' });
    const summary = await openai.responses.create({
      model: SUMMARY_MODEL,
      reasoning: { effort: 'low' },
      max_output_tokens: 1_000,
      instructions: 'Sum up in two sentences what the customer wants and what was said so far.',
      input: conversation,
    });
    response.json({ summary: summary.output_text });
  });
});

app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const status = error instanceof APIError ? (error.status ?? 502) : 500;
  const message = error instanceof Error ? error.message : String(error);
  response.status(status).json({ error: message, call: currentCall() });
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
