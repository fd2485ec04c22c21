import { visits, type VisitName } from './visits.ts';

/** USD for a million tokens, as listed for the models that the assistant asks. */
interface Price {
  readonly model: string;
  readonly input: number;
  readonly output: number;
}

/** From https://platform.openai.com/docs/pricing; cached input is cheaper and taken at the full price here. */
export const prices = {
  embedding: { model: 'text-embedding-3-small', input: 0.02, output: 0 },
  chat: { model: 'gpt-4o-mini', input: 0.15, output: 0.6 },
  tools: { model: 'gpt-4.1-mini', input: 0.4, output: 1.6 },
  summary: { model: 'gpt-5-mini', input: 0.25, output: 2 },
} as const satisfies Record<string, Price>;

interface Use {
  readonly price: Price;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

interface UsualAndMost {
  readonly usual: readonly Use[];
  /** What the app's own limits allow: its documents, its output limits, its rounds of tools. */
  readonly most: readonly Use[];
}

const use = (price: Price, calls: number, inputTokens: number, outputTokens: number): Use => ({
  price,
  calls,
  inputTokens,
  outputTokens,
});

/** The client sends a call again after an error or a timeout, twice at most; what a lost answer cost is not known. */
const MAX_ATTEMPTS = 3;

const PASTED_TOKENS = 16_000;
const asked: UsualAndMost = {
  usual: [use(prices.embedding, 1, 15, 0), use(prices.chat, 1, 400, 60)],
  most: [use(prices.embedding, 1, 50, 0), use(prices.chat, 1, 1_200, 300)],
};
const chatted: UsualAndMost = {
  usual: [use(prices.embedding, 1, 15, 0), use(prices.chat, 1, 1_600, 60)],
  most: [use(prices.embedding, 1, 50, 0), use(prices.chat, 1, 2_500, 300)],
};

/** What each kind of visit uses. */
const uses = {
  ask: asked,
  chat: chatted,
  leave: chatted,
  order: { usual: [use(prices.tools, 2, 1_500, 60)], most: [use(prices.tools, 5, 2_200, 300)] },
  summary: { usual: [use(prices.summary, 1, 150, 250)], most: [use(prices.summary, 1, 500, 1_000)] },
  paste: { usual: [], most: [use(prices.embedding, 1, PASTED_TOKENS, 0)] },
} as const satisfies Record<VisitName, UsualAndMost>;

/** The documents are embedded at start. */
const AT_START = use(prices.embedding, 1, 3_000, 0);

const costOf = ({ price, calls, inputTokens, outputTokens }: Use): number =>
  (calls * (price.input * inputTokens + price.output * outputTokens)) / 1e6;

const sum = (list: readonly Use[]): number => list.reduce((total, one) => total + costOf(one), 0);

/** What so many calls usually cost at list prices, in USD. */
export function toUsualUsd(calls: number): number {
  const names = Object.keys(visits) as VisitName[];
  const weighted = (of: (name: VisitName) => number): number =>
    names.reduce((total, name) => total + visits[name].weight * of(name), 0);
  const perCall = weighted((name) => sum(uses[name].usual)) / weighted((name) => visits[name].calls);
  return costOf(AT_START) + calls * perCall;
}

/** Money that is laid aside before it can be spent. */
export interface Budget {
  /** False if the visit could take the bill over the cap; else what it may cost is laid aside. */
  allows(visit: VisitName): boolean;
}

/**
 * Every visit is taken at what the app's own limits allow, in each of the client's attempts, so a cap on the
 * sum is a cap on the bill. What is not needed is not given back: the bill stays far below.
 */
export function createBudget(maxUsd: number): Budget {
  let leftUsd = maxUsd - MAX_ATTEMPTS * costOf(AT_START);
  return {
    allows(visit) {
      const mostUsd = MAX_ATTEMPTS * sum(uses[visit].most);
      if (mostUsd > leftUsd) return false;
      leftUsd -= mostUsd;
      return true;
    },
  };
}
