import { PriceError } from './errors.ts';
import type { JsonObject } from './json-object.ts';
import type { ListFormat, OtherPrices } from './list-format.ts';
import { litellmFormat } from './litellm-list.ts';
import { portkeyFormat } from './portkey-list.ts';
import { tidyUsd } from './priced-things.ts';

export interface OtherList extends OtherPrices {
  readonly format: string;
}

const formats: readonly ListFormat[] = [portkeyFormat, litellmFormat];

const SHAPES = formats.map(({ title, shape }) => `${title}'s form (${shape})`).join(' or ');

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (error) {
    throw new PriceError('PRICE_LIST_NOT_JSON', file, 'JSON', (error as Error).message, { cause: error });
  }
}

function describe(list: object): string {
  if (Array.isArray(list)) return `a list of ${list.length}`;
  const keys = Object.keys(list).slice(0, 3);
  return keys.length === 0 ? 'an empty object' : `an object with ${keys.join(', ')}`;
}

/**
 * Parses another price list, whose form is known by its shape. Where a form has one file a provider, its
 * name tells which, unless `provider` does. Throws a `PriceError`.
 */
export function parseOtherList(text: string, file: string, provider?: string): OtherList {
  const list = parseJson(text, file);
  if (typeof list !== 'object' || list === null) {
    throw new PriceError('PRICE_LIST_UNKNOWN', file, SHAPES, typeof list);
  }
  const entries = Object.values(list);
  const format = Array.isArray(list) ? undefined : formats.find(({ isMine }) => isMine(entries));
  if (format === undefined) throw new PriceError('PRICE_LIST_UNKNOWN', file, SHAPES, describe(list));
  const found = format.read(list as JsonObject, { file, provider });
  if (found === undefined) {
    throw new PriceError('PRICE_LIST_OF_WHOM', file, "a file's name like openai.json", 'another name');
  }
  const prices = found.prices.map((price) => ({ ...price, usd: tidyUsd(price.usd) }));
  return { ...found, prices, format: format.title };
}
