import type { ProviderName } from '@genvitals/conventions';
import type { ModelPrice } from '@pydantic/genai-prices';
import { findListedModel, type ListedModel, listedIds, pricesAt } from './base-list.ts';
import type { TokenKind } from './cost.ts';
import { NO_PRICES, type Prices, type Rate, type Rates } from './prices.ts';

/** The release that is pinned, and the day it came out: nothing in the package tells it. */
export const GENAI_PRICES = { version: '0.1.8', releasedAt: '2026-09-23' } as const;

/** A name of the conventions that no host tells: any of Google's. */
type Unhosted = 'gcp.gen_ai';

/** The list's names for the providers that calls are recorded with. Others are never guessed from a name. */
export const PROVIDER_IDS: ReadonlyMap<string, string> = new Map<ProviderName | Unhosted, string>([
  ['openai', 'openai'],
  ['azure.ai.openai', 'azure'],
  ['azure.ai.inference', 'azure'],
  ['anthropic', 'anthropic'],
  ['aws.bedrock', 'aws'],
  ['cohere', 'cohere'],
  ['deepseek', 'deepseek'],
  ['gcp.gemini', 'google'],
  ['gcp.gen_ai', 'google'],
  ['gcp.vertex_ai', 'google'],
  ['groq', 'groq'],
  ['mistral_ai', 'mistral'],
  ['moonshot_ai', 'moonshotai'],
  ['openrouter', 'openrouter'],
  ['perplexity', 'perplexity'],
  ['x_ai', 'x-ai'],
]);

/** The list's names for our kinds. What it does not name has no price: it would take text's for audio. */
const PRICE_KEYS: Readonly<Record<TokenKind, string>> = {
  input: 'input_mtok',
  cache_read: 'cache_read_mtok',
  cache_write: 'cache_write_mtok',
  output: 'output_mtok',
  reasoning: 'output_reasoning_mtok',
  audio_input: 'input_audio_mtok',
  audio_output: 'output_audio_mtok',
  image_input: 'input_image_mtok',
  image_output: 'output_image_mtok',
};

const MINUTES_PER_HOUR = 60;

function plain(price: ModelPrice[string]): number | undefined {
  return typeof price === 'object' ? price.base : price;
}

function toRate(price: ModelPrice[string]): Rate | undefined {
  if (typeof price !== 'object') return price === undefined ? undefined : { usd: price };
  return {
    usd: price.base,
    steps: price.tiers.map(({ start, price: usd }) => ({ aboveInputTokens: start, usd })),
  };
}

function toRates(prices: ModelPrice): Rates {
  return Object.fromEntries(
    Object.entries(PRICE_KEYS).flatMap(([kind, key]) => {
      const rate = toRate(prices[key]);
      return rate === undefined ? [] : [[kind, rate]];
    }),
  );
}

function findModel(model: string, listId: string): ListedModel | undefined {
  const found = findListedModel(listId, model);
  // Azure's list takes any name that contains `o4-mini`; a deployment's name says nothing of its model.
  const isGuess =
    listId === 'azure' && found !== undefined && JSON.stringify(found.match).includes('"contains"');
  return isGuess ? findListedModel('openai', model) : found;
}

/** The lists that may be asked for: the providers' own, and those of what they resell. */
export const baseListIds: readonly string[] = [...new Set([...PROVIDER_IDS.values(), 'moonshotai'])];

/** Whether the list has prices of a provider at all. */
export function hasProvider(provider: string): boolean {
  return PROVIDER_IDS.has(provider);
}

/** The names that the list has for a provider's models. */
export function baseModels(provider: string): readonly string[] {
  const listId = PROVIDER_IDS.get(provider);
  return listId === undefined ? [] : listedIds(listId);
}

/** Standard prices by genai-prices, the one place that knows it; undefined where it has none. */
export function basePrices(provider: string, model: string, atMs: number): Prices | undefined {
  const providerId = PROVIDER_IDS.get(provider);
  if (providerId === undefined) return undefined;
  const found = findModel(model, providerId);
  const prices = found === undefined ? {} : pricesAt(found.prices, atMs);
  if (Object.keys(prices).length === 0) return undefined;
  const webSearch = plain(prices['web_searches_kcount']);
  const fileSearch = plain(prices['storage_searches_kcount']);
  const audioHour = plain(prices['input_audio_hours']);
  const thousandRequests = plain(prices['requests_kcount']);
  return {
    ...NO_PRICES,
    rates: toRates(prices),
    usdPerThousandCalls: {
      ...(webSearch !== undefined && { web_search: webSearch }),
      ...(fileSearch !== undefined && { file_search: fileSearch }),
    },
    usdPerAudioMinute: audioHour === undefined ? undefined : audioHour / MINUTES_PER_HOUR,
    usdPerRequest: thousandRequests === undefined ? undefined : thousandRequests / 1000,
  };
}
