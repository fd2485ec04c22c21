import { type Comparison, comparePrices, parseOtherList, pricesAge } from '@genvitals/pricing/check';
import type { UserPrices } from '@genvitals/pricing';
import type { Surroundings } from '../command.ts';
import { CliError } from '../errors.ts';
import { createStyle } from '../text.ts';
import { type CheckOptions, FOLLOWED } from './check-options.ts';
import { isStale, toCheckReport } from './check-report.ts';
import { toCheckText } from './check-text.ts';
import { readTextFile } from './text-file.ts';
import { readPricesOption, toCliError } from './user-prices-option.ts';

/** Exit code where there is something to look at. */
const FOUND = 3;

export interface Compared extends Comparison {
  readonly file: string;
  readonly format: string;
  readonly modelsWithoutPrices: number;
  readonly modelsOfOthers: number;
}

/** Undefined means all that the list has. */
function wantedProviders(
  provider: string | undefined,
  listed: ReadonlySet<string>,
  file: string,
): readonly string[] | undefined {
  if (provider === 'all') return undefined;
  // A file of one other provider was given for its prices.
  if (provider === undefined) return FOLLOWED.some((each) => listed.has(each)) ? FOLLOWED : undefined;
  if (listed.has(provider)) return [provider];
  const known = [...listed].join(', ');
  throw new CliError(
    'CLI_INVALID_OPTION',
    `Expected \`--provider\` to be all or one that ${file} has prices of (${known}), got "${provider}".`,
  );
}

async function compare(file: string, options: CheckOptions, user: UserPrices | undefined): Promise<Compared> {
  const text = await readTextFile(file, '--against');
  const { provider } = options;
  const named = provider === 'all' ? undefined : provider;
  const list = parseOtherList(text, file, named);
  const wanted = wantedProviders(provider, new Set(list.prices.map((price) => price.provider)), file);
  const { format, modelsWithoutPrices, modelsOfOthers } = list;
  return {
    ...comparePrices(list, Date.now(), wanted, user),
    file,
    format,
    modelsWithoutPrices,
    modelsOfOthers,
  };
}

/** Tells old prices and disagreements; gives the exit code. */
export async function checkPrices(options: CheckOptions, { env, stdout }: Surroundings): Promise<number> {
  const { against } = options;
  const user = readPricesOption(options.prices, env);
  let compared: Compared | undefined;
  try {
    compared = against === undefined ? undefined : await compare(against, options, user);
  } catch (error) {
    throw toCliError(error);
  }
  const age = pricesAge(Date.now());
  const found = { age, compared, maxAgeDays: options['max-age-days'] };
  stdout.write(
    options.json
      ? `${JSON.stringify(toCheckReport(found), undefined, 2)}\n`
      : toCheckText(found, options.list, createStyle(stdout)),
  );
  const isFound = isStale(found) || (compared?.disagreements.length ?? 0) > 0;
  return isFound ? FOUND : 0;
}
