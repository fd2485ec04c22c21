/** Tokens as OpenAI's usage has them: cached ones are a part of the input. */
export interface TokenCounts {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

/** What our side counted of a model on a day. */
export interface Counted {
  /** Of the calls that have a cost; those of `partlyPriced` are lower bounds. */
  readonly usd: number;
  /** Fees for the provider's own tools, which are billed apart; undefined where they are inside `usd`. */
  readonly toolUsd: number | undefined;
  /** Calls that were answered. */
  readonly calls: number;
  readonly tokens: TokenCounts;
  /** Calls without a price. */
  readonly unpriced: number;
  /** Calls of which a part has no price. */
  readonly partlyPriced: number;
  /** Calls with tokens, of whose cost nothing was written. */
  readonly uncosted: number;
  /** Answered calls without their token counts. */
  readonly usageMissing: number;
}

export interface CountedModel extends Counted {
  readonly day: string;
  readonly model: string;
}

/** What a source of our side gives. */
export interface CountedSide {
  readonly models: readonly CountedModel[];
  /** What to know of the source: what was left out, and why. */
  readonly notes: readonly string[];
}

export const NOTHING_COUNTED: Counted = {
  usd: 0,
  toolUsd: undefined,
  calls: 0,
  tokens: { input: 0, cached: 0, output: 0 },
  unpriced: 0,
  partlyPriced: 0,
  uncosted: 0,
  usageMissing: 0,
};

/** Both together. */
export function addCounted(one: Counted, other: Counted): Counted {
  const { toolUsd } = one;
  return {
    usd: one.usd + other.usd,
    toolUsd: other.toolUsd === undefined ? toolUsd : (toolUsd ?? 0) + other.toolUsd,
    calls: one.calls + other.calls,
    tokens: {
      input: one.tokens.input + other.tokens.input,
      cached: one.tokens.cached + other.tokens.cached,
      output: one.tokens.output + other.tokens.output,
    },
    unpriced: one.unpriced + other.unpriced,
    partlyPriced: one.partlyPriced + other.partlyPriced,
    uncosted: one.uncosted + other.uncosted,
    usageMissing: one.usageMissing + other.usageMissing,
  };
}

/** Adds up what was counted, by day and model. */
export class CountedBook {
  readonly #models = new Map<string, CountedModel>();

  add(day: string, model: string, counted: Partial<Counted>): void {
    const key = `${day} ${model}`;
    const known = this.#models.get(key) ?? NOTHING_COUNTED;
    this.#models.set(key, { ...addCounted(known, { ...NOTHING_COUNTED, ...counted }), day, model });
  }

  models(): readonly CountedModel[] {
    return [...this.#models.values()];
  }
}
