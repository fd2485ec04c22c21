import { readFileSync } from 'node:fs';
import { parseUserPrices, userPricesSchema } from '@genvitals/pricing/user-prices';
import { createPricer } from '@genvitals/pricing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { generatedFiles, ROOT } from './pages.ts';

const PAGE = readFileSync(`${ROOT}docs/pricing.md`, 'utf8');
const EXAMPLE = /```yaml\n(.*?)```/s.exec(PAGE)?.[1] ?? '';
const SCHEMA = 'docs/generated/prices.schema.json';

describe('the example of a file of prices', () => {
  test('is one that is taken, and has an entry of every kind', () => {
    const { prices, discounts, provisioned, deployments } = parseUserPrices(EXAMPLE);
    for (const entries of [prices, discounts, provisioned, deployments]) {
      expect(entries.length).toBeGreaterThan(0);
    }
  });

  test('names every setting that the schema knows at its top and in a price', () => {
    const price = userPricesSchema.properties?.['prices']?.items?.properties ?? {};
    const names = [...Object.keys(userPricesSchema.properties ?? {}), ...Object.keys(price)];
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !new RegExp(`\\b${name}:`).test(EXAMPLE))).toEqual([]);
  });

  test('does what the page says of it', () => {
    const { priceOf } = createPricer(parseUserPrices(EXAMPLE));
    const atMs = Date.parse('2026-11-26');
    const tokens = { input: 1_000_000 };
    const azure = { provider: 'azure.ai.openai', tokens, atMs };
    expect(priceOf({ ...azure, model: 'prod-chat' }).usd).toBeCloseTo(2.5 * 0.85, 9);
    expect(priceOf({ ...azure, model: 'gpt-4o', deployment: 'prod-ptu' }).reason).toBe('provisioned');
    expect(
      priceOf({ provider: 'llm.example.com', model: 'llama-4-70b', tokens: { input: 1_000 }, atMs }),
    ).toMatchObject({ status: 'full', source: 'user' });
  });
});

test('the JSON Schema that the page links to is a strict one, and the page links to it', () => {
  expect(PAGE).toContain('(generated/prices.schema.json)');
  const schema = generatedFiles[SCHEMA]?.() as object;
  expect(() => new Ajv2020({ strict: true }).compile(schema)).not.toThrow();
});
