import type { attributes } from '@genvitals/conventions';
import type { CostReason } from './reasons.ts';

/** Kinds of tokens that do not overlap, as the instrumentation counts them. */
export type TokenKind = (typeof attributes.tokenKind.values)[number];

/** Kinds of cost that do not overlap. */
export type CostKind = (typeof attributes.costKind.values)[number];

/** How a provider may serve a call. */
export type Tier = 'standard' | 'batch' | 'flex' | 'priority';

/** Whose prices were used: genai-prices, the rows of this package, or a file of the user's. */
export type PriceSource = 'genai-prices' | 'overlay' | 'user';

/** USD by kind of cost. A kind that was not used, or has no price, is absent. */
export type CostParts = { readonly [Kind in CostKind]?: number };

/** What a call costs. `partial` is a lower bound, or an amount at a price that may be another one. */
export type Cost =
  | {
      readonly status: 'full';
      /** The sum of the parts, in USD. */
      readonly usd: number;
      readonly parts: CostParts;
      readonly reason?: undefined;
      readonly source: PriceSource;
    }
  | {
      readonly status: 'partial';
      readonly usd: number;
      readonly parts: CostParts;
      readonly reason: CostReason;
      readonly source: PriceSource;
    }
  | {
      readonly status: 'none';
      readonly usd?: undefined;
      readonly parts: CostParts;
      readonly reason: CostReason;
      readonly source?: undefined;
    };

/** A call, by what its answer said of it. */
export interface PriceQuery {
  /** By the conventions' names: `openai`, `azure.ai.openai`. */
  readonly provider: string | undefined;
  /**
   * The model that answered. Where the answer names none, the one that was asked for; on Azure, where that is the
   * name of a deployment, nothing.
   */
  readonly model: string | undefined;
  /** The name that was asked for on Azure, where it is one of the user's own. */
  readonly deployment?: string | undefined;
  /** The service tier as the answer states it, `batch` for what a batch brought. Nothing means the standard one. */
  readonly tier?: string | null | undefined;
  /** When the call was made, in ms since 1970: prices have a history. */
  readonly atMs: number;
  /** Parts that do not overlap. */
  readonly tokens?: { readonly [Kind in TokenKind]?: number } | undefined;
  /** How often the provider's own tools ran, by their type: `{ web_search: 2 }`. */
  readonly toolCalls?: Readonly<Record<string, number>> | undefined;
  /** Of models that are paid by the length of a recording. */
  readonly audioSeconds?: number | undefined;
  /** Of models that are paid by the length of a text. */
  readonly characters?: number | undefined;
}
