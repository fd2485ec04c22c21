import type { JsonObject } from './json-object.ts';
import type { PriceName } from './priced-things.ts';

/** A price that another list has, in USD for the unit of its thing. */
export interface OtherPrice extends PriceName {
  readonly usd: number;
}

/** What is read of another list. */
export interface OtherPrices {
  readonly prices: readonly OtherPrice[];
  /** Models without a price that can be compared, such as pictures by their size. */
  readonly modelsWithoutPrices: number;
  /** Models of providers that we have no prices of. */
  readonly modelsOfOthers: number;
}

/** A form that price lists come in. */
export interface ListFormat {
  readonly title: string;
  /** How one knows it, for the error. */
  readonly shape: string;
  readonly isMine: (entries: readonly unknown[]) => boolean;
  /** Gives undefined where the file does not tell the provider and none was given. */
  readonly read: (
    list: JsonObject,
    at: { readonly file: string; readonly provider: string | undefined },
  ) => OtherPrices | undefined;
}
