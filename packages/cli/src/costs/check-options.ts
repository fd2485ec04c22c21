import { type OptionTable, wholeNumber } from '../options.ts';

const DEFAULT_MAX_AGE_DAYS = 90;
const MAX_DAYS = 36_500;

/** What the client that genvitals follows talks to, unless other providers are asked for. */
export const FOLLOWED: readonly string[] = ['openai', 'azure.ai.openai'];

export interface CheckOptions {
  readonly against: string | undefined;
  readonly provider: string | undefined;
  readonly prices: string | undefined;
  readonly 'max-age-days': number;
  readonly list: boolean;
  readonly json: boolean;
}

const text = (value: string): string | undefined => (value === '' ? undefined : value);

/** One row for each option of `genvitals costs check`. */
export const checkOptions: OptionTable<CheckOptions> = {
  against: {
    placeholder: 'FILE',
    default: undefined,
    sentence: "A price list to compare with, in Portkey's or LiteLLM's JSON",
    parse: text,
    wanted: 'a path',
  },
  provider: {
    placeholder: 'NAME',
    default: undefined,
    sentence: `Whose prices: ${FOLLOWED.join(', ')} and so on, or all (those two, or whose the file is)`,
    parse: text,
    wanted: 'a name',
  },
  prices: {
    placeholder: 'FILE',
    default: undefined,
    sentence: 'Your own prices, which come before ours (GENVITALS_PRICES)',
    parse: text,
    wanted: 'a path',
  },
  'max-age-days': {
    placeholder: 'N',
    default: DEFAULT_MAX_AGE_DAYS,
    sentence: `How old a price may be before it is told (${DEFAULT_MAX_AGE_DAYS})`,
    parse: wholeNumber(1, MAX_DAYS),
    wanted: `a whole number from 1 to ${MAX_DAYS}`,
  },
  list: { default: false, sentence: 'Name the models and prices that one side alone has' },
  json: { default: false, sentence: 'Print one JSON document and nothing else' },
};
