import { orderNumbers } from './assistant/orders.ts';
import { orderQuestions, questions } from './questions.ts';
import type { Answer } from './reactions.ts';
import type { Random } from './seeded-random.ts';

/** Who visits the assistant, and where it is: what a front end knows and sends along. */
export interface Visitor {
  /** The assistant's base URL. */
  readonly url: string;
  readonly user: string;
  /** One for each visit. */
  readonly conversation: string;
  readonly signal: AbortSignal;
}

/** One kind of visit to the assistant. */
export interface Visit {
  /** How often it happens, beside the others. */
  readonly weight: number;
  /** OpenAI calls it makes when all goes well. */
  readonly calls: number;
  /**
   * Resolves with what the visitor got, or was refused with; with nothing, where nobody waits for an answer. Rejects
   * only when aborted or cut off.
   */
  run(visitor: Visitor, random: Random): Promise<Answer | undefined>;
}

/** One row for everything that visitors do. */
export const visits = {
  ask: {
    weight: 34,
    calls: 2,
    run: (visitor, random) => read(post(visitor, '/ask', { question: random.pick(questions) })),
  },
  chat: {
    weight: 28,
    calls: 2,
    run: (visitor, random) => read(post(visitor, '/chat', { question: random.pick(questions) })),
  },
  /** Closes the page when the answer has just begun. */
  leave: {
    weight: 7,
    calls: 2,
    run: async (visitor, random) => {
      const response = await post(visitor, '/chat', { question: random.pick(questions) });
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.cancel();
      return undefined;
    },
  },
  order: {
    weight: 20,
    calls: 2,
    run: (visitor, random) => {
      const number = random.pick(orderNumbers as [string, ...string[]]);
      return read(post(visitor, `/orders/${number}/question`, { question: random.pick(orderQuestions) }));
    },
  },
  /** Is handed over to a person, who gets a summary. */
  summary: {
    weight: 8,
    calls: 1,
    run: async (visitor, random) => {
      await read(post(visitor, '/summary', { conversation: toConversation(random) }));
      return undefined;
    },
  },
  /** Pastes so much that the embedding model refuses it: an error of the request, as every service has them. */
  paste: {
    weight: 3,
    calls: 1,
    run: (visitor) => read(post(visitor, '/ask', { question: pasted })),
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

/** As the front end of the visitor sends it. */
export function post(
  { url, user, conversation, signal }: Visitor,
  path: string,
  body: unknown,
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-user': user,
      'x-session': `session-of-${conversation}`,
      'x-conversation': conversation,
    },
    body: JSON.stringify(body),
    signal,
  });
}

interface AnswerBody {
  readonly answer?: string;
  readonly call?: string;
  readonly task?: string;
}

/** An answer in JSON has its tokens in it; a stream has them in its headers. */
async function read(answered: Promise<Response>): Promise<Answer> {
  const response = await answered;
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const body: AnswerBody = isJson ? (JSON.parse(text) as AnswerBody) : { answer: text };
  return {
    isGiven: response.ok,
    text: response.ok ? (body.answer ?? '') : '',
    call: body.call ?? response.headers.get('x-call') ?? undefined,
    task: body.task ?? response.headers.get('x-task') ?? undefined,
  };
}
