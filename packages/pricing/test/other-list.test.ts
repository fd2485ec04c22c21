import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { overlay } from '@genvitals/pricing';
import { comparePrices, parseOtherList, pricesAge } from '@genvitals/pricing/check';
import { parseUserPrices } from '@genvitals/pricing/user-prices';

const atMs = Date.parse('2026-11-26');

/** In cents for a token, as Portkey has them: 0.00025 is 2.50 USD for a million. */
const cents = (prices: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(prices).map(([name, price]) => [name, { price }]));

const portkey = (models: object) =>
  JSON.stringify({
    default: { pricing_config: { pay_as_you_go: cents({ request_token: 0 }), currency: 'USD' } },
    ...models,
  });

const compare = (text: string, file: string, user?: string) =>
  comparePrices(
    parseOtherList(text, file),
    atMs,
    undefined,
    user === undefined ? undefined : parseUserPrices(user),
  );

describe("Portkey's list", () => {
  test('is read in cents for a token and for a call, and agrees where it says the same', () => {
    const list = portkey({
      'gpt-4o': {
        pricing_config: {
          pay_as_you_go: {
            ...cents({ request_token: 0.00025, response_token: 0.001, cache_read_input_token: 0.000125 }),
            additional_units: cents({ web_search: 1, file_search: 0.25 }),
          },
          batch_config: cents({ request_token: 0.000125, response_token: 0.0005 }),
        },
      },
    });
    expect(compare(list, 'openai.json')).toEqual({
      compared: 7,
      disagreements: [],
      modelsOnlyTheirs: [],
      modelsOnlyOurs: expect.arrayContaining([{ provider: 'openai', model: 'gpt-5' }]),
      pricesOnlyTheirs: [],
    });
  });

  test('has tiers and long contexts below the one region that is everywhere', () => {
    const mode = (request_token: number) => ({
      pricing_config: { pay_as_you_go: cents({ request_token }) },
    });
    const list = portkey({
      'gpt-5.5': {
        ...mode(0.0005),
        custom_pricing: {
          context_tier_map: { 0: 'lte-272k', 272000: 'gt-272k' },
          regions: {
            default: {
              execution_modes: {
                batch: { context_tiers: { 'lte-272k': mode(0.00025), 'gt-272k': mode(0.0006) } },
                priority: { context_tiers: { 'lte-272k': mode(0.0012) } },
              },
            },
            'us,eu': { execution_modes: { batch: mode(0.9) } },
          },
        },
      },
    });
    const { compared, disagreements } = compare(list, 'portkey-openai.json');
    expect(compared).toBe(4);
    // Ours: batch is half of 10 for long contexts, priority is 12.50.
    expect(disagreements).toMatchObject([
      { tier: 'batch', thing: 'input', aboveInputTokens: 272_000, ourUsd: 5, theirUsd: 6, source: 'overlay' },
      {
        tier: 'priority',
        thing: 'input',
        aboveInputTokens: 0,
        ourUsd: 12.5,
        theirUsd: 12,
        unit: '1M tokens',
      },
    ]);
  });

  test('does not say whose it is, but for its name and who asks', () => {
    const list = portkey({
      'gpt-4o': { pricing_config: { pay_as_you_go: cents({ request_token: 0.0003 }) } },
    });
    expect(() => parseOtherList(list, '/tmp/list.json')).toThrow(
      "PRICE_LIST_OF_WHOM: /tmp/list.json: wanted a file's name like openai.json, got another name; name the provider",
    );
    expect(parseOtherList(list, '/tmp/list.json', 'azure.ai.openai').prices).toMatchObject([
      { provider: 'azure.ai.openai', usd: 3 },
    ]);
    expect(parseOtherList(list, 'C/azure-openai.json').prices[0]?.provider).toBe('azure.ai.openai');
  });
});

describe("LiteLLM's list", () => {
  const list = JSON.stringify({
    sample_spec: {
      litellm_provider: 'one of https://docs.litellm.ai/docs/providers',
      input_cost_per_token: 1,
    },
    'gpt-4o-mini': {
      litellm_provider: 'openai',
      mode: 'chat',
      max_tokens: 16384,
      input_cost_per_token: 1.5e-7,
      output_cost_per_token: 6e-7,
      cache_read_input_token_cost: 7.5e-8,
      input_cost_per_token_batches: 7.5e-8,
      output_cost_per_token_priority: 1.2e-6,
      search_context_cost_per_query: { search_context_size_low: 0.025 },
    },
    'gpt-5.5': { litellm_provider: 'openai', output_cost_per_token_above_272k_tokens: 4.4e-5 },
    'tts-1': { litellm_provider: 'openai', mode: 'audio_speech', input_cost_per_character: 1.5e-5 },
    'azure/global/gpt-4o': { litellm_provider: 'azure', input_cost_per_token: 2.5e-6 },
    'azure/eu/gpt-4o': { litellm_provider: 'azure', input_cost_per_token: 2.75e-6 },
    '1024-x-1024/dall-e-2': { litellm_provider: 'openai', input_cost_per_pixel: 1.9e-8 },
    'gpt-99': { litellm_provider: 'openai', input_cost_per_token: 1e-6 },
    'text-embedding-3-small': {
      litellm_provider: 'openai',
      input_cost_per_token: 2e-8,
      output_cost_per_token: 0,
    },
    'lemonade/x': { litellm_provider: 'lemonade', input_cost_per_token: 1e-6 },
  });

  test('is read in USD for one token, with tiers and long contexts in the names of its fields', () => {
    const { compared, disagreements, modelsOnlyTheirs } = compare(list, 'prices.json');
    // 4 and 1 of gpt-4o-mini, and one of each of gpt-5.5, tts-1, Azure's gpt-4o and the embeddings.
    expect(compared).toBe(9);
    expect(disagreements).toMatchObject([
      { model: 'gpt-4o-mini', tier: 'priority', thing: 'output', ourUsd: 1, theirUsd: 1.2 },
      { model: 'gpt-5.5', thing: 'output', aboveInputTokens: 272_000, ourUsd: 45, theirUsd: 44 },
    ]);
    expect(modelsOnlyTheirs).toEqual([{ provider: 'openai', model: 'gpt-99' }]);
  });

  test('has models that have no price to compare, and providers that we do not know', () => {
    expect(parseOtherList(list, 'prices.json')).toMatchObject({
      format: 'LiteLLM',
      modelsWithoutPrices: 2,
      modelsOfOthers: 1,
    });
  });
});

describe('a user', () => {
  const list = JSON.stringify({
    'gpt-4o': { litellm_provider: 'openai', input_cost_per_token: 2.5e-6 },
    'my-llama': { litellm_provider: 'openai', input_cost_per_token: 1e-6 },
  });

  test('has prices that come before ours, and discounts that no list could have', () => {
    const user = `
version: 1
prices:
  - { provider: openai, model: my-llama, usdPerMillionTokens: { input: 2 } }
discounts:
  - percent: 50
`;
    expect(compare(list, 'prices.json', user)).toMatchObject({
      compared: 2,
      disagreements: [{ model: 'my-llama', ourUsd: 2, theirUsd: 1, source: 'user' }],
    });
  });
});

test.each([
  ['[1, 2]', 'PRICE_LIST_UNKNOWN', 'got a list of 2'],
  ['{}', 'PRICE_LIST_UNKNOWN', 'got an empty object'],
  ['{"name":"a","models":{"gpt-4o":{}}}', 'PRICE_LIST_UNKNOWN', 'got an object with name, models'],
  ['null', 'PRICE_LIST_UNKNOWN', 'wanted Portkey'],
  ['"x"', 'PRICE_LIST_UNKNOWN', 'got string'],
  ['<!doctype html>', 'PRICE_LIST_NOT_JSON', 'the raw file and not the page'],
  ['', 'PRICE_LIST_NOT_JSON', 'wanted JSON'],
])('%j is no list, and its error says so', (text, code, words) => {
  expect(() => parseOtherList(text, 'list.json')).toThrow(`${code}: list.json: `);
  expect(() => parseOtherList(text, 'list.json')).toThrow(words);
});

test.each([
  ['a price that is a text', { 'gpt-4o': { litellm_provider: 'openai', input_cost_per_token: '2' } }],
  ['a model that is null', { 'gpt-4o': { litellm_provider: 'openai' }, b: null }],
  ['a config that is a list', { 'gpt-4o': { pricing_config: [] }, b: { pricing_config: null } }],
])('%s is no price', (_, list) => {
  expect(parseOtherList(JSON.stringify(list), 'openai.json').prices).toEqual([]);
});

describe('the age of our prices', () => {
  const { rows, base } = pricesAge(Date.parse('2026-12-01T12:00:00Z'));

  test('counts every row of the overlay once, the oldest first', () => {
    expect(rows.reduce((sum, row) => sum + row.rows, 0)).toBe(overlay.length);
    expect(rows.map(({ checkedAt }) => checkedAt)).toEqual(rows.map(({ checkedAt }) => checkedAt).toSorted());
    expect(rows.find(({ checkedAt }) => checkedAt === '2026-08-01')?.ageDays).toBe(122);
  });

  test('is of the release that is installed, by the day that the page on prices has too', () => {
    const manifest = createRequire(import.meta.url)
      .resolve('@pydantic/genai-prices')
      .replace(/dist.*$/, 'package.json');
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string };
    expect(base.version).toBe(version);
    const page = readFileSync(new URL('../../../docs/pricing.md', import.meta.url), 'utf8');
    expect(page).toContain(`${base.version} of ${base.releasedAt}`);
  });
});
