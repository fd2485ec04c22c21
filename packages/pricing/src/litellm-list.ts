import type { Tier } from './cost.ts';
import { toObject } from './json-object.ts';
import type { ListFormat, OtherPrice } from './list-format.ts';
import type { PricedThingName } from './priced-things.ts';

interface ProviderRow {
  readonly provider: string;
  /** What stands before a model's name; the first that fits is taken off. */
  readonly prefixes: readonly string[];
  /** Names with a further slash are sizes of pictures, or regions with prices of their own. */
  readonly isSlashVariant?: true;
}

const AZURE: ProviderRow = {
  provider: 'azure.ai.openai',
  prefixes: ['azure/global-standard/', 'azure/global/', 'azure/'],
  isSlashVariant: true,
};
const OPENAI: ProviderRow = { provider: 'openai', prefixes: ['openai/'], isSlashVariant: true };
const BEDROCK: ProviderRow = { provider: 'aws.bedrock', prefixes: ['bedrock/'] };

const PROVIDERS: ReadonlyMap<string, ProviderRow> = new Map([
  ['openai', OPENAI],
  ['text-completion-openai', OPENAI],
  ['azure', AZURE],
  ['azure_text', AZURE],
  ['azure_ai', { provider: 'azure.ai.inference', prefixes: ['azure_ai/'] }],
  ['anthropic', { provider: 'anthropic', prefixes: ['anthropic/'] }],
  ['bedrock', BEDROCK],
  ['bedrock_converse', BEDROCK],
  ['deepseek', { provider: 'deepseek', prefixes: ['deepseek/'] }],
  ['gemini', { provider: 'gcp.gemini', prefixes: ['gemini/'] }],
  ['groq', { provider: 'groq', prefixes: ['groq/'] }],
  ['mistral', { provider: 'mistral_ai', prefixes: ['mistral/'] }],
  ['openrouter', { provider: 'openrouter', prefixes: ['openrouter/'] }],
  ['perplexity', { provider: 'perplexity', prefixes: ['perplexity/'] }],
  ['xai', { provider: 'x_ai', prefixes: ['xai/'] }],
]);

const MILLION = 1_000_000;

/** What its prices are of, and their factor to ours. */
const PRICES: Readonly<Record<string, readonly [PricedThingName, number]>> = {
  input_cost_per_token: ['input', MILLION],
  cache_read_input_token_cost: ['cache_read', MILLION],
  cache_creation_input_token_cost: ['cache_write', MILLION],
  output_cost_per_token: ['output', MILLION],
  output_cost_per_reasoning_token: ['reasoning', MILLION],
  input_cost_per_audio_token: ['audio_input', MILLION],
  output_cost_per_audio_token: ['audio_output', MILLION],
  input_cost_per_image_token: ['image_input', MILLION],
  output_cost_per_image_token: ['image_output', MILLION],
  file_search_cost_per_1k_calls: ['file_search', 1],
  input_cost_per_second: ['audio_minutes', 60],
  input_cost_per_character: ['characters', MILLION],
};

const TIERS: Readonly<Record<string, Tier>> = { batches: 'batch', flex: 'flex', priority: 'priority' };

/** As `input_cost_per_token_above_272k_tokens_priority`. */
const FIELD = /^(?<price>.+?)(?:_above_(?<thousands>\d+)k_tokens)?(?:_(?<tier>batches|flex|priority))?$/;

function readField(field: string, value: unknown): Omit<OtherPrice, 'provider' | 'model'> | undefined {
  // A 0 stands for "not known" and "not charged apart" as well as for "free".
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return undefined;
  const { price = '', thousands = '0', tier = '' } = FIELD.exec(field)?.groups ?? {};
  const [thing, factor] = Object.hasOwn(PRICES, price) ? (PRICES[price] ?? []) : [];
  if (thing === undefined || factor === undefined) return undefined;
  const aboveInputTokens = Number(thousands) * 1_000;
  return { tier: TIERS[tier] ?? 'standard', thing, aboveInputTokens, usd: value * factor };
}

function modelName(key: string, { prefixes, isSlashVariant }: ProviderRow): string | undefined {
  const name = key.slice(prefixes.find((prefix) => key.startsWith(prefix))?.length ?? 0);
  return isSlashVariant === true && name.includes('/') ? undefined : name;
}

/** `model_prices_and_context_window.json` of BerriAI/litellm: all providers in one file, in USD. */
export const litellmFormat: ListFormat = {
  title: 'LiteLLM',
  shape: 'models with `litellm_provider`',
  isMine: (entries) => entries.some((entry) => typeof toObject(entry)['litellm_provider'] === 'string'),
  read(list) {
    const found = new Map<string, readonly OtherPrice[]>();
    let modelsWithoutPrices = 0;
    let modelsOfOthers = 0;
    for (const [key, value] of Object.entries(list)) {
      if (key === 'sample_spec') continue;
      const entry = toObject(value);
      const row = PROVIDERS.get(String(entry['litellm_provider']));
      if (row === undefined) {
        modelsOfOthers += 1;
        continue;
      }
      const { provider } = row;
      const model = modelName(key, row);
      const prices = Object.entries(entry).flatMap(([field, price]) => readField(field, price) ?? []);
      if (model === undefined || prices.length === 0) {
        modelsWithoutPrices += 1;
        continue;
      }
      // A model may stand there by several names; they come in no order that says which counts.
      const name = `${provider} ${model}`;
      if (!found.has(name)) {
        found.set(
          name,
          prices.map((price) => ({ provider, model, ...price })),
        );
      }
    }
    return { prices: [...found.values()].flat(), modelsWithoutPrices, modelsOfOthers };
  },
};
