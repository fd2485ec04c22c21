import { createPricer, type Pricer } from '@genvitals/pricing';
import { CliError } from '../errors.ts';
import { visits, type VisitName } from './visits.ts';

/** The models that the assistant asks. */
export const models = {
  embedding: 'text-embedding-3-small',
  chat: 'gpt-4o-mini',
  tools: 'gpt-4.1-mini',
  summary: 'gpt-5-mini',
} as const;

interface Use {
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

interface UsualAndMost {
  readonly usual: readonly Use[];
  /** What the app's own limits allow: its documents, its output limits, its rounds of tools. */
  readonly most: readonly Use[];
}

const use = (model: string, calls: number, inputTokens: number, outputTokens: number): Use => ({
  model,
  calls,
  inputTokens,
  outputTokens,
});

/** The client sends a call again after an error or a timeout, twice at most; what a lost answer cost is not known. */
const MAX_ATTEMPTS = 3;

const PASTED_TOKENS = 16_000;
const asked: UsualAndMost = {
  usual: [use(models.embedding, 1, 15, 0), use(models.chat, 1, 400, 60)],
  most: [use(models.embedding, 1, 50, 0), use(models.chat, 1, 1_200, 300)],
};
const chatted: UsualAndMost = {
  usual: [use(models.embedding, 1, 15, 0), use(models.chat, 1, 1_600, 60)],
  most: [use(models.embedding, 1, 50, 0), use(models.chat, 1, 2_500, 300)],
};

/** What each kind of visit uses. */
const uses = {
  ask: asked,
  chat: chatted,
  leave: chatted,
  order: { usual: [use(models.tools, 2, 1_500, 60)], most: [use(models.tools, 5, 2_200, 300)] },
  summary: { usual: [use(models.summary, 1, 150, 250)], most: [use(models.summary, 1, 500, 1_000)] },
  paste: { usual: [], most: [use(models.embedding, 1, PASTED_TOKENS, 0)] },
} as const satisfies Record<VisitName, UsualAndMost>;

/** The documents are embedded at start. */
const AT_START = use(models.embedding, 1, 3_000, 0);

const PROVIDER = 'openai';
const STANDARD = 'default';
/** A project may have any of them as its default. Others are cheaper, or not paid by the token. */
const TIERS = [STANDARD, 'priority'] as const;
/** What input and output may be billed as: writing to a cache, where it has a price, is dearer than no cache. */
const INPUT_KINDS = ['input', 'cache_read', 'cache_write'] as const;
const OUTPUT_KINDS = ['output', 'reasoning'] as const;

/** Money that is laid aside before it can be spent. */
export interface Budget {
  /** False if the visit could take the bill over the cap; else what it may cost is laid aside. */
  allows(visit: VisitName): boolean;
}

/** What the assistant's calls cost at OpenAI's list prices. */
export interface Tariff {
  /** What so many calls usually cost, in USD. */
  usualUsd(calls: number): number;
  /**
   * Every visit is taken at what the app's own limits allow, in each of the client's attempts, at the dearest
   * price that its tokens may have, so a cap on the sum is a cap on the bill. What is not needed is not given
   * back: the bill stays far below.
   */
  createBudget(maxUsd: number): Budget;
}

/** Throws DEMO_PRICE_UNKNOWN where a model that the assistant asks has no price: nothing could be capped then. */
export function createTariff(pricer: Pricer = createPricer(), atMs: number = Date.now()): Tariff {
  type Tokens = NonNullable<Parameters<Pricer['priceOf']>[0]['tokens']>;
  const priceOf = (model: string, tier: string, tokens: Tokens) =>
    pricer.priceOf({ provider: PROVIDER, model, tier, atMs, tokens });

  function usualOf({ model, calls, inputTokens, outputTokens }: Use): number {
    const cost = priceOf(model, STANDARD, { input: inputTokens, output: outputTokens });
    if (cost.status === 'full') return calls * cost.usd;
    throw new CliError(
      'DEMO_PRICE_UNKNOWN',
      `Expected a whole list price of ${model}, which the assistant asks, got none (${cost.reason}), so what --real costs could not be capped. Without --real, a simulator answers and nothing is spent.`,
    );
  }

  function mostOf(one: Use): number {
    const dearest = TIERS.flatMap((tier) =>
      INPUT_KINDS.flatMap((input) =>
        OUTPUT_KINDS.map((output) => {
          const tokens = { [input]: one.inputTokens, [output]: one.outputTokens };
          return priceOf(one.model, tier, tokens).usd ?? 0;
        }),
      ),
    );
    return MAX_ATTEMPTS * Math.max(usualOf(one), ...dearest.map((usd) => one.calls * usd));
  }

  const names = Object.keys(visits) as VisitName[];
  const total = (list: readonly Use[], of: (one: Use) => number): number =>
    list.reduce((sum, one) => sum + of(one), 0);
  const weighted = (of: (name: VisitName) => number): number =>
    names.reduce((sum, name) => sum + visits[name].weight * of(name), 0);
  const usualPerCall =
    weighted((name) => total(uses[name].usual, usualOf)) / weighted((name) => visits[name].calls);

  return {
    usualUsd: (calls) => usualOf(AT_START) + calls * usualPerCall,
    createBudget(maxUsd) {
      let leftUsd = maxUsd - mostOf(AT_START);
      return {
        allows(visit) {
          const mostUsd = total(uses[visit].most, mostOf);
          if (mostUsd > leftUsd) return false;
          leftUsd -= mostUsd;
          return true;
        },
      };
    },
  };
}
