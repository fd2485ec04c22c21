import { describe, expect, test } from 'vitest';
import { createPricer, overlay } from '@genvitals/pricing';

const { priceOf } = createPricer();
const atMs = Date.parse('2026-11-26');

describe('a row of the overlay', () => {
  test.each(overlay.map((row) => [`${row.models[0]}, ${row.tier}`, row] as const))(
    '%s says who says so, and when',
    (_, { source, checkedAt, models }) => {
      expect(new URL(source).protocol).toBe('https:');
      expect(new Date(checkedAt).toISOString().slice(0, 10)).toBe(checkedAt);
      expect(models.length).toBeGreaterThan(0);
    },
  );

  test('has prices that are numbers from 0 on', () => {
    const numbers = overlay.flatMap((row) => [
      ...Object.values(row.usdPerMillionTokens ?? {}),
      ...Object.values(row.longContext?.usdPerMillionTokens ?? {}),
      ...Object.values(row.usdPerThousandCalls ?? {}),
    ]);
    expect(numbers.length).toBeGreaterThan(50);
    expect(numbers.filter((usd) => !(Number.isFinite(usd) && usd >= 0))).toEqual([]);
  });

  test('is the only one of its model, tier and day that has token prices', () => {
    const keys = overlay
      .filter((row) => row.usdPerMillionTokens !== undefined || row.timesStandard !== undefined)
      .flatMap(({ models, providers, tier, from }) =>
        models.flatMap((model) => providers.map((provider) => [provider, model, tier, from].join())),
      );
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test('that is a share has something to be a share of', () => {
    const shares = overlay.filter(({ timesStandard }) => timesStandard !== undefined);
    const without = shares.flatMap(({ models, tier }) =>
      models.filter(
        (model) => priceOf({ provider: 'openai', model, tier, tokens: { input: 1 }, atMs }).status !== 'full',
      ),
    );
    expect(shares.length).toBeGreaterThan(5);
    expect(without).toEqual([]);
  });

  test('of a tier that waits costs less, and one that hurries more', () => {
    const usd = (model: string, tier: string): number =>
      priceOf({ provider: 'openai', model, tier, tokens: { input: 1_000 }, atMs }).usd ?? NaN;
    const inTier = (wanted: (tier: string) => boolean): readonly (readonly [string, string])[] =>
      overlay.flatMap(({ models, tier }) =>
        wanted(tier) ? models.map((model) => [model, tier] as const) : [],
      );
    const waiting = inTier((tier) => tier === 'batch' || tier === 'flex');
    const hurried = inTier((tier) => tier === 'priority');
    expect(waiting.filter(([model, tier]) => !(usd(model, tier) < usd(model, 'standard')))).toEqual([]);
    expect(hurried.filter(([model, tier]) => !(usd(model, tier) > usd(model, 'standard')))).toEqual([]);
  });
});
