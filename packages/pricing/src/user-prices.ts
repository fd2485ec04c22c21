import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Tier } from './cost.ts';
import { PriceError } from './errors.ts';
import type { PriceRow } from './price-row.ts';
import { checkSchema } from './schema-check.ts';
import { userPricesSchema } from './user-prices-schema.ts';

/** A discount; without a provider or a model it is of all of them. */
export interface Discount {
  readonly provider?: string;
  readonly model?: string;
  readonly percent: number;
}

/** A name of the user's own for throughput that is paid by the hour. */
export interface Provisioned {
  readonly provider: string;
  readonly deployment: string;
}

/** A name of the user's own for a model. */
export interface Deployment extends Provisioned {
  readonly model: string;
}

/** What a user says of prices. */
export interface UserPrices {
  readonly prices: readonly PriceRow[];
  readonly discounts: readonly Discount[];
  readonly provisioned: readonly Provisioned[];
  readonly deployments: readonly Deployment[];
}

type PriceEntry = Omit<PriceRow, 'providers' | 'models' | 'tier'> & {
  readonly provider: string;
  readonly model: string;
  readonly tier?: Tier;
};

/** The file as it stands, once it was checked. */
interface UserPricesFile {
  readonly prices?: readonly PriceEntry[];
  readonly discounts?: readonly Discount[];
  readonly provisioned?: readonly OnAzure<Provisioned>[];
  readonly deployments?: readonly OnAzure<Deployment>[];
}

/** Names of one's own are Azure's, unless a file says otherwise. */
type OnAzure<Entry extends Provisioned> = Omit<Entry, 'provider'> & { readonly provider?: string };

const AZURE = 'azure.ai.openai';

function toRow({ provider, model, tier, ...prices }: PriceEntry): PriceRow {
  return { ...prices, providers: [provider], models: [model], tier: tier ?? 'standard' };
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text, { logLevel: 'error' });
  } catch (error) {
    const came = error instanceof Error ? error.message.split('\n', 1)[0]?.trim() : String(error);
    throw new PriceError('PRICES_NOT_YAML', file, 'YAML or JSON', came ?? 'nothing', { cause: error });
  }
}

/** Parses what a file of prices holds. Throws a `PriceError`. */
export function parseUserPrices(text: string, file = 'prices'): UserPrices {
  const value = parseYaml(text, file);
  const mismatch = checkSchema(value, userPricesSchema);
  if (mismatch !== undefined) {
    const at = mismatch.path === '' ? file : `${file}: ${mismatch.path}`;
    throw new PriceError('PRICES_INVALID', at, mismatch.wanted, mismatch.came);
  }
  const { prices = [], discounts = [], provisioned = [], deployments = [] } = value as UserPricesFile;
  return {
    prices: prices.map(toRow),
    discounts,
    provisioned: provisioned.map((each) => ({ provider: AZURE, ...each })),
    deployments: deployments.map((each) => ({ provider: AZURE, ...each })),
  };
}

/** Reads a file of prices, such as `GENVITALS_PRICES` names. Throws a `PriceError`. Not for the hot path. */
export function readUserPrices(path: string): UserPrices {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const came = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new PriceError('PRICES_UNREADABLE', path, 'a file', came, { cause: error });
  }
  return parseUserPrices(text, path);
}

export { PriceError, type PriceErrorCode, priceErrors } from './errors.ts';
export { type Schema, userPricesSchema } from './user-prices-schema.ts';
