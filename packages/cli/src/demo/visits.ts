import { orderNumbers } from './assistant/orders.ts';
import { orderQuestions, questions } from './questions.ts';
import type { Random } from './seeded-random.ts';

/** One kind of visit to the assistant. */
export interface Visit {
  /** How often it happens, beside the others. */
  readonly weight: number;
  /** OpenAI calls it makes when all goes well. */
  readonly calls: number;
  /** Resolves when the visitor has what they came for, or was refused; rejects only when aborted or cut off. */
  run(url: string, random: Random, signal: AbortSignal): Promise<void>;
}

/** One row for everything that visitors do. */
export const visits = {
  ask: {
    weight: 34,
    calls: 2,
    run: (url, random, signal) => read(post(`${url}/ask`, { question: random.pick(questions) }, signal)),
  },
  chat: {
    weight: 28,
    calls: 2,
    run: (url, random, signal) => read(post(`${url}/chat`, { question: random.pick(questions) }, signal)),
  },
  /** Closes the page when the answer has just begun. */
  leave: {
    weight: 7,
    calls: 2,
    run: async (url, random, signal) => {
      const response = await post(`${url}/chat`, { question: random.pick(questions) }, signal);
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.cancel();
    },
  },
  order: {
    weight: 20,
    calls: 2,
    run: (url, random, signal) => {
      const number = random.pick(orderNumbers as [string, ...string[]]);
      const question = random.pick(orderQuestions);
      return read(post(`${url}/orders/${number}/question`, { question }, signal));
    },
  },
  summary: {
    weight: 8,
    calls: 1,
    run: (url, random, signal) =>
      read(post(`${url}/summary`, { conversation: toConversation(random) }, signal)),
  },
  /** Pastes so much that the embedding model refuses it: an error of the request, as every service has them. */
  paste: {
    weight: 3,
    calls: 1,
    run: (url, _random, signal) => read(post(`${url}/ask`, { question: pasted }, signal)),
  },
} as const satisfies Record<string, Visit>;

export type VisitName = keyof typeof visits;

/** More than the 8,192 tokens that an embedding may have. */
const pasted = Array.from({ length: 32 }, () => questions.join(' ')).join('\n');

function toConversation(random: Random): string {
  const turns = Array.from(
    { length: 3 },
    () => `Customer: ${random.pick(questions)}\nAgent: Let me look that up.`,
  );
  return `${turns.join('\n')}\nCustomer: Thank you, that helps.`;
}

function post(url: string, body: unknown, signal: AbortSignal): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
}

async function read(response: Promise<Response>): Promise<void> {
  await (await response).text();
}
