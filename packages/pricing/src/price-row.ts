import type { Tier, TokenKind } from './cost.ts';

export type TokenPrices = { readonly [Kind in TokenKind]?: number };

/** What some models cost in one tier. */
export interface PriceRow {
  /** By the conventions' names. */
  readonly providers: readonly string[];
  /**
   * Names as they stand in answers. One without a date holds for its dated ones too (`gpt-4o` for
   * `gpt-4o-2024-08-06`), `ft:gpt-4o` for all fine-tuned ones of it, and `gpt-4o*` for all that begin so;
   * the closest row holds.
   */
  readonly models: readonly string[];
  readonly tier: Tier;
  /** First day of it (UTC), `2026-07-30`. */
  readonly from?: string;
  readonly usdPerMillionTokens?: TokenPrices;
  /** Prices of the whole request, where its input is longer. */
  readonly longContext?: { readonly aboveInputTokens: number; readonly usdPerMillionTokens: TokenPrices };
  /** In place of prices: this share of the list's standard ones, whatever they are at the time. */
  readonly timesStandard?: number;
  /** The tier has no price for longer inputs. */
  readonly upToInputTokens?: number;
  /** By the tools' types. */
  readonly usdPerThousandCalls?: Readonly<Record<string, number>>;
  readonly usdPerRequest?: number;
  readonly usdPerAudioMinute?: number;
  readonly usdPerMillionCharacters?: number;
  /**
   * What is billed beside, or perhaps dearer, at a price that is not known: `request`, a kind of token, or
   * the type of a tool. A call that has it is priced partly.
   */
  readonly missing?: readonly string[];
}

const DATE_AT_END = /-\d{4}-\d{2}-\d{2}$/;

/** The names that a row may have for a model, the closest first. */
function namesOf(model: string): readonly string[] {
  const name = model.startsWith('ft:') ? model.split(':', 2).join(':') : model;
  const undated = name.replace(DATE_AT_END, '');
  return undated === name ? [name] : [name, undated];
}

/** How close patterns are to a model: longer is closer; undefined where they mean others. */
function closeness(patterns: readonly string[], names: readonly string[]): number | undefined {
  let best: number | undefined;
  for (const pattern of patterns) {
    const isPrefix = pattern.endsWith('*');
    const matches = isPrefix
      ? names.some((name) => name.startsWith(pattern.slice(0, -1)))
      : names.includes(pattern);
    // A whole name is closer than any beginning.
    const length = isPrefix ? pattern.length - 1 : pattern.length + 10_000;
    if (matches && (best === undefined || length > best)) best = length;
  }
  return best;
}

/** Whether a pattern, as rows have them, means a model. */
export function isMeant(pattern: string, model: string): boolean {
  return closeness([pattern], namesOf(model)) !== undefined;
}

/** The rows that hold for a model in a tier at a time, from the farthest to the closest. */
export function rowsFor<Row extends PriceRow>(
  rows: readonly Row[],
  provider: string,
  model: string,
  tier: Tier,
  atMs: number,
): readonly Row[] {
  const names = namesOf(model);
  const day = new Date(atMs).toISOString().slice(0, 10);
  return rows
    .flatMap((row) => {
      if (row.tier !== tier || !row.providers.includes(provider)) return [];
      if (row.from !== undefined && row.from > day) return [];
      const length = closeness(row.models, names);
      return length === undefined ? [] : [{ row, length }];
    })
    .toSorted(
      (one, other) => one.length - other.length || ((one.row.from ?? '') < (other.row.from ?? '') ? -1 : 1),
    )
    .map(({ row }) => row);
}
