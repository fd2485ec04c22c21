import { createPricer } from '@genvitals/pricing';
import { describe, expect, test } from 'vitest';
import { CliError } from '../src/errors.ts';
import { createTariff, type Tariff } from '../src/demo/prices.ts';
import { visits, type VisitName } from '../src/demo/visits.ts';

/** The hand's figures are those of that day's lists. */
const AT_MS = Date.UTC(2026, 10, 26);
const tariff = createTariff(createPricer(), AT_MS);
const nothingOfTheUsers = { prices: [], discounts: [], provisioned: [], deployments: [] };

function visitsFor(maxUsd: number, visit: VisitName, { createBudget }: Tariff = tariff): number {
  const budget = createBudget(maxUsd);
  let visitsMade = 0;
  while (budget.allows(visit)) visitsMade++;
  return visitsMade;
}

describe('what --real may cost', () => {
  test('the estimate is what calls usually cost at standard prices', () => {
    // USD for a million visits, by tokens at 0.02; 0.15 and 0.60; 0.40 and 1.60; 0.25 and 2.
    const ask = 15 * 0.02 + 400 * 0.15 + 60 * 0.6;
    const chat = 15 * 0.02 + 1_600 * 0.15 + 60 * 0.6;
    const order = 2 * (1_500 * 0.4 + 60 * 1.6);
    const summary = 150 * 0.25 + 250 * 2;
    const hundredVisits = 34 * ask + (28 + 7) * chat + 20 * order + 8 * summary;
    const start = 3_000 * 0.02;
    expect(tariff.usualUsd(189)).toBeCloseTo((start + hundredVisits) / 1e6, 12);
    expect(tariff.usualUsd(150)).toBeCloseTo(0.0358, 4);
  });

  test('a budget takes every visit at its most: every attempt, every round, the dearest tier', () => {
    // Five rounds of 2,200 tokens in and 300 out at 0.70 and 2.80 (priority), each attempted three times.
    const order = (3 * 5 * (2_200 * 0.7 + 300 * 2.8)) / 1e6;
    const start = (3 * 3_000 * 0.02) / 1e6;
    expect(visitsFor(start + 2 * order + 1e-6, 'order')).toBe(2);
    expect(visitsFor(start + 2 * order - 1e-6, 'order')).toBe(1);
    const names = Object.keys(visits) as VisitName[];
    expect(names.filter((visit) => visitsFor(0.000_1, visit) > 0)).toEqual([]);
  });

  test('a price for what is written to a cache is taken where it is the dearest', () => {
    const dearCache = {
      providers: ['openai'],
      models: ['gpt-4.1-mini'],
      tier: 'standard',
      usdPerMillionTokens: { input: 0.4, cache_read: 0.1, cache_write: 5, output: 1.6 },
    } as const;
    const dear = createTariff(createPricer({ ...nothingOfTheUsers, prices: [dearCache] }), AT_MS);
    const order = (3 * 5 * (2_200 * 5 + 300 * 1.6)) / 1e6;
    const start = (3 * 3_000 * 0.02) / 1e6;
    expect(visitsFor(start + order + 1e-6, 'order', dear)).toBe(1);
    expect(visitsFor(start + order - 1e-6, 'order', dear)).toBe(0);
  });

  test('a model without a price is refused, with why and what to do', () => {
    const provisioned = [{ provider: 'openai', deployment: 'gpt-4o-mini' }];
    const pricer = createPricer({ ...nothingOfTheUsers, provisioned });
    expect(() => createTariff(pricer, AT_MS)).toThrow(CliError);
    expect(() => createTariff(pricer, AT_MS)).toThrow(
      /whole list price of gpt-4o-mini.*\(provisioned\).*Without --real/,
    );
  });
});
