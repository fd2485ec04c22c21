import { basename } from 'node:path';
import type { Tier } from './cost.ts';
import { type JsonObject, toObject } from './json-object.ts';
import type { ListFormat, OtherPrice } from './list-format.ts';
import type { PricedThingName } from './priced-things.ts';

/** The names of its files, one a provider. */
const PROVIDERS: ReadonlyMap<string, string> = new Map([
  ['openai', 'openai'],
  ['azure-openai', 'azure.ai.openai'],
  ['azure', 'azure.ai.openai'],
  ['azure-ai', 'azure.ai.inference'],
  ['anthropic', 'anthropic'],
  ['bedrock', 'aws.bedrock'],
  ['deepseek', 'deepseek'],
  ['google', 'gcp.gemini'],
  ['vertex-ai', 'gcp.vertex_ai'],
  ['groq', 'groq'],
  ['mistral-ai', 'mistral_ai'],
  ['openrouter', 'openrouter'],
  ['perplexity-ai', 'perplexity'],
  ['x-ai', 'x_ai'],
]);

/** Cents for a token and cents for a call, to USD for a million and for a thousand. */
const TOKEN_FACTOR = 10_000;
const CALL_FACTOR = 10;

const TOKEN_PRICES: Readonly<Record<string, PricedThingName>> = {
  request_token: 'input',
  request_text_token: 'input',
  cache_read_input_token: 'cache_read',
  cache_read_text_input_token: 'cache_read',
  cached_text_input_token: 'cache_read',
  cache_write_input_token: 'cache_write',
  response_token: 'output',
  response_text_token: 'output',
  request_audio_token: 'audio_input',
  response_audio_token: 'audio_output',
  request_image_token: 'image_input',
  response_image_token: 'image_output',
};

const CALL_PRICES: Readonly<Record<string, PricedThingName>> = {
  web_search: 'web_search',
  file_search: 'file_search',
};

const TIERS: readonly Tier[] = ['standard', 'batch', 'flex', 'priority'];

type Add = (thing: PricedThingName, usd: number) => void;

function readPrices(prices: JsonObject, things: typeof TOKEN_PRICES, factor: number, add: Add): void {
  for (const [name, thing] of Object.entries(things)) {
    const { price } = toObject(prices[name]) as { readonly price?: unknown };
    if (typeof price === 'number') add(thing, price * factor);
  }
}

function readConfig(config: unknown, add: Add): void {
  const prices = toObject(config);
  readPrices(prices, TOKEN_PRICES, TOKEN_FACTOR, add);
  readPrices(toObject(prices['additional_units']), CALL_PRICES, CALL_FACTOR, add);
}

function payAsYouGo(value: unknown): unknown {
  return toObject(toObject(value)['pricing_config'])['pay_as_you_go'];
}

/** The prices of one model; what stands for a tier by itself comes before what stands beside it. */
function readModel(provider: string, model: string, entry: JsonObject): readonly OtherPrice[] {
  const found = new Map<string, OtherPrice>();
  const adder =
    (tier: Tier, aboveInputTokens: number): Add =>
    (thing, usd) => {
      const key = `${tier} ${thing} ${aboveInputTokens}`;
      // A 0 stands for "not known" and "not charged apart" as well as for "free".
      if (Number.isFinite(usd) && usd > 0 && !found.has(key)) {
        found.set(key, { provider, model, tier, thing, aboveInputTokens, usd });
      }
    };

  const custom = toObject(entry['custom_pricing']);
  const modes = toObject(toObject(toObject(custom['regions'])['default'])['execution_modes']);
  const bounds = Object.entries(toObject(custom['context_tier_map']));
  for (const tier of TIERS) {
    const mode = toObject(modes[tier]);
    const lengths = toObject(mode['context_tiers']);
    for (const [bound, name] of bounds) {
      readConfig(payAsYouGo(lengths[String(name)]), adder(tier, Number(bound)));
    }
    readConfig(payAsYouGo(mode), adder(tier, 0));
  }
  readConfig(payAsYouGo(entry), adder('standard', 0));
  readConfig(toObject(entry['pricing_config'])['batch_config'], adder('batch', 0));
  return [...found.values()];
}

function providerOf(file: string): string | undefined {
  const name = basename(file, '.json').toLowerCase();
  return PROVIDERS.get(name) ?? PROVIDERS.get(name.replace(/^portkey-/, ''));
}

/** `pricing/*.json` of Portkey-AI/models: one file a provider, in cents. */
export const portkeyFormat: ListFormat = {
  title: 'Portkey',
  shape: 'models with `pricing_config`',
  isMine: (entries) => entries.some((entry) => Object.hasOwn(toObject(entry), 'pricing_config')),
  read(list, { file, provider = providerOf(file) }) {
    if (provider === undefined) return undefined;
    const models = Object.entries(list)
      .filter(([name]) => name !== 'default')
      .map(([name, entry]) => readModel(provider, name, toObject(entry)));
    return {
      prices: models.flat(),
      modelsWithoutPrices: models.filter((prices) => prices.length === 0).length,
      modelsOfOthers: 0,
    };
  },
};
