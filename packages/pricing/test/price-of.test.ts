import { describe, expect, test } from 'vitest';
import { type Cost, createPricer, type PriceQuery } from '@genvitals/pricing';
import { listedUsages } from './listed-usages.ts';
import { recordedUsages } from './recorded-usages.ts';

const { priceOf } = createPricer();
const TODAY = '2026-11-26';

function price({ day = TODAY, ...query }: Partial<PriceQuery> & { day?: string }): Cost {
  return priceOf({ provider: 'openai', model: 'gpt-4o', atMs: Date.parse(day), ...query });
}

const tokens = { input: 100, output: 10 };

describe.each([
  ['recorded', recordedUsages],
  ['by the list', listedUsages],
])('%s', (_, usages) => {
  test.each(usages)('$name', ({ query, usd, reason }) => {
    const cost = price(query);
    expect(cost).toMatchObject({ status: reason === undefined ? 'full' : 'partial' });
    expect(cost.reason).toBe(reason);
    expect(cost.usd).toBeCloseTo(usd, 12);
    expect(Object.values(cost.parts).reduce((sum, part) => sum + part, 0)).toBe(cost.usd);
  });
});

test('there are forty usages and more', () => {
  expect(recordedUsages.length + listedUsages.length).toBeGreaterThanOrEqual(40);
});

describe('a cost that is not known', () => {
  test.each<[string, Partial<PriceQuery>, string]>([
    ['a model that no list has', { model: 'gpt-99', tokens }, 'model_unknown'],
    ['no model', { model: undefined, tokens }, 'model_missing'],
    ['a name of absurd length', { model: 'gpt-4o'.repeat(100), tokens }, 'model_unknown'],
    ['a provider that is a host', { provider: 'openai.example.com', tokens }, 'provider_unknown'],
    ['no provider', { provider: undefined, tokens }, 'provider_unknown'],
    [
      'a name of one’s own on Azure',
      { provider: 'azure.ai.openai', model: 'prod-chat', tokens },
      'model_unknown',
    ],
    [
      'a name on Azure that has a model’s in it',
      { provider: 'azure.ai.openai', model: 'prod-o4-mini-eu', tokens },
      'model_unknown',
    ],
    ['a tier without a price', { tier: 'scale', tokens }, 'tier_unpriced'],
    ['a tier that a model has no price for', { model: 'gpt-4-turbo', tier: 'flex', tokens }, 'tier_unpriced'],
    ['a tier of Azure’s', { provider: 'azure.ai.openai', tier: 'priority', tokens }, 'tier_unpriced'],
    [
      'a tier without a price for so long an input',
      { model: 'gpt-5.5', tier: 'priority', tokens: { input: 272_001 } },
      'long_context_unpriced',
    ],
    ['an answer without usage', { tokens: undefined }, 'usage_missing'],
    ['an answer that counts nothing', { tokens: { input: 0, output: 0 } }, 'usage_missing'],
    ['nothing but sound without a price', { tokens: { audio_input: 10 } }, 'audio_input_unpriced'],
    ['a text spoken by a model that is paid by tokens', { characters: 10 }, 'characters_unpriced'],
  ])('%s: none, with the reason, and never 0', (_, query, reason) => {
    expect(price(query)).toEqual({ status: 'none', parts: {}, reason });
  });

  test('an impossible time takes the prices of today and is no error', () => {
    expect(price({ tokens, day: 'never' })).toEqual(price({ tokens }));
  });
});

describe('what is kept', () => {
  test('prices of another time are looked up again, and again at the first', () => {
    const july = { model: 'gpt-5.6-sol', tokens, day: '2026-07-20' };
    const first = price(july);
    expect(price({ ...july, day: TODAY }).usd).toBeLessThan(first.usd ?? 0);
    expect(price(july)).toEqual(first);
  });

  test('more models than are kept are priced like the first', () => {
    const first = price({ tokens });
    for (let index = 0; index < 3_000; index++) price({ model: `made-up-${index}`, tokens });
    expect(price({ tokens })).toEqual(first);
  });

  test('costs are not shared between calls', () => {
    const one = price({ tokens });
    const other = price({ tokens: { input: 200, output: 10 } });
    expect(one.parts.input).toBe((100 * 2.5) / 1e6);
    expect(other.parts.input).toBe((200 * 2.5) / 1e6);
  });
});

test('the source tells whose prices they are', () => {
  expect(price({ tokens }).source).toBe('genai-prices');
  expect(price({ tokens, tier: 'priority' }).source).toBe('overlay');
  expect(price({ tokens, model: 'gpt-6.1-sol' }).source).toBe('overlay');
});
