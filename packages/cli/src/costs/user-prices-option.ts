import { PriceError, readUserPrices } from '@genvitals/pricing/user-prices';
import type { UserPrices } from '@genvitals/pricing';
import type { Surroundings } from '../command.ts';
import { CliError } from '../errors.ts';

/** What may be wrong with files of prices is told by the package that reads them. */
export function toCliError(error: unknown): unknown {
  if (!(error instanceof PriceError)) return error;
  return new CliError('COSTS_PRICES_UNUSABLE', error.message, { cause: error });
}

/** The user's own prices: what `--prices` names, else `GENVITALS_PRICES`. */
export function readPricesOption(file: string | undefined, env: Surroundings['env']): UserPrices | undefined {
  const path = file ?? env['GENVITALS_PRICES'];
  if (path === undefined || path === '') return undefined;
  try {
    return readUserPrices(path);
  } catch (error) {
    throw toCliError(error);
  }
}
