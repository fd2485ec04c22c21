import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type Cost, createPricer, type PriceQuery } from '@genvitals/pricing';
import {
  parseUserPrices,
  PriceError,
  readUserPrices,
  userPricesSchema,
} from '@genvitals/pricing/user-prices';

const AZURE = 'azure.ai.openai';
const tokens = { input: 1_000, cache_read: 500, output: 100 };

function price(file: string, query: Partial<PriceQuery>): Cost {
  const { priceOf } = createPricer(parseUserPrices(file));
  return priceOf({ provider: 'openai', model: 'gpt-4o', tokens, atMs: Date.parse('2026-11-26'), ...query });
}

function errorOf(work: () => unknown): PriceError {
  try {
    work();
  } catch (error) {
    if (error instanceof PriceError) return error;
    throw error;
  }
  throw new Error('Expected a PriceError, and nothing was thrown');
}

describe('prices of one’s own', () => {
  const OWN = `
version: 1
prices:
  - provider: openai
    model: gpt-4o
    usdPerMillionTokens: { input: 2, cache_read: 1, output: 8 }
`;

  test('stand in for those of the list, for dated names too', () => {
    const usd = (1_000 * 2 + 500 * 1 + 100 * 8) / 1e6;
    expect(price(OWN, {})).toMatchObject({ status: 'full', source: 'user' });
    expect(price(OWN, {}).usd).toBeCloseTo(usd, 12);
    expect(price(OWN, { model: 'gpt-4o-2024-08-06' }).usd).toBeCloseTo(usd, 12);
  });

  test('leave other models, tiers and providers alone', () => {
    const { priceOf } = createPricer();
    for (const other of [{ model: 'gpt-4o-mini' }, { tier: 'priority' }, { provider: AZURE }]) {
      const query = { provider: 'openai', model: 'gpt-4o', tokens, atMs: Date.parse('2026-11-26'), ...other };
      expect(price(OWN, other)).toEqual(priceOf(query));
    }
  });

  test('leave fees for tools as they are in the list', () => {
    expect(price(OWN, { toolCalls: { web_search: 1 } }).parts.tool).toBeCloseTo(0.01, 12);
  });

  test('are not mixed with the list: what a contract does not name has no price', () => {
    const file = OWN.replace('cache_read: 1, ', '');
    expect(price(file, {})).toMatchObject({ status: 'partial', reason: 'cache_read_unpriced' });
  });

  test('may be for tools alone, over the list’s token prices', () => {
    const file = `
version: 1
prices:
  - provider: openai
    model: '*'
    usdPerThousandCalls: { code_interpreter: 30 }
`;
    const cost = price(file, { toolCalls: { code_interpreter: 1 } });
    expect(cost).toMatchObject({ status: 'full' });
    expect(cost.usd).toBeCloseTo((1_000 * 2.5 + 500 * 1.25 + 100 * 10) / 1e6 + 0.03, 12);
  });

  test('begin on their day', () => {
    const file = `${OWN}    from: 2026-11-01\n`;
    expect(price(file, {}).source).toBe('user');
    expect(price(file, { atMs: Date.parse('2026-10-31') }).source).toBe('genai-prices');
  });

  test('may be of a provider and a model that no list has, and may be 0', () => {
    const file = `
version: 1
prices:
  - { provider: llm.example.com, model: llama-*, usdPerMillionTokens: { input: 0, output: 0, cache_read: 0 } }
`;
    expect(price(file, { provider: 'llm.example.com', model: 'llama-4' })).toMatchObject({
      status: 'full',
      usd: 0,
    });
  });

  test('may rise with the length of the input', () => {
    const file = `${OWN}    longContext: { aboveInputTokens: 1499, usdPerMillionTokens: { input: 4, cache_read: 2, output: 12 } }\n`;
    expect(price(file, {}).usd).toBeCloseTo((1_000 * 4 + 500 * 2 + 100 * 12) / 1e6, 12);
    expect(price(file.replace('1499', '1500'), {}).usd).toBeCloseTo(
      (1_000 * 2 + 500 * 1 + 100 * 8) / 1e6,
      12,
    );
  });

  test('answer what the list leaves open', () => {
    const file = `
version: 1
prices:
  - { provider: openai, model: gpt-4o-search-preview, usdPerRequest: 0.025 }
`;
    const query = { model: 'gpt-4o-search-preview-2025-03-11', tokens: { input: 26, output: 22 } };
    expect(price('version: 1', query)).toMatchObject({ status: 'partial', reason: 'request_unpriced' });
    const cost = price(file, query);
    expect(cost).toMatchObject({ status: 'full', parts: { request: 0.025 } });
    expect(cost.usd).toBeCloseTo((26 * 2.5 + 22 * 10) / 1e6 + 0.025, 12);
  });
});

describe('names of one’s own on Azure', () => {
  const NAMES = `
version: 1
deployments:
  - { deployment: prod-chat, model: gpt-4o-2024-11-20 }
provisioned:
  - { deployment: prod-fast }
`;

  test('have no price until they are mapped to a model', () => {
    const query = { provider: AZURE, model: 'prod-chat' };
    expect(price('version: 1', query)).toMatchObject({ status: 'none', reason: 'model_unknown' });
    expect(price(NAMES, query)).toMatchObject({ status: 'full' });
    expect(price(NAMES, query).usd).toBeCloseTo((1_000 * 2.5 + 500 * 1.25 + 100 * 10) / 1e6, 12);
  });

  test('do not count where the answer names a model that has a price', () => {
    const query = { provider: AZURE, model: 'gpt-4o-mini-2024-07-18', deployment: 'prod-chat' };
    expect(price(NAMES, query).usd).toBeCloseTo((1_000 * 0.15 + 500 * 0.075 + 100 * 0.6) / 1e6, 12);
  });

  test('count where the answer names none that is known', () => {
    for (const model of [undefined, 'gpt-99']) {
      expect(price(NAMES, { provider: AZURE, model, deployment: 'prod-chat' }).status).toBe('full');
    }
  });

  test('that are called like a model are taken for none, where the answer names none', () => {
    const query = { provider: AZURE, model: undefined, deployment: 'gpt-4o' };
    for (const file of ['version: 1', NAMES])
      expect(price(file, query)).toMatchObject({ status: 'none', reason: 'model_missing' });
    const mapped = 'version: 1\ndeployments:\n  - { deployment: gpt-4o, model: gpt-4o-mini-2024-07-18 }\n';
    expect(price(mapped, query).usd).toBeCloseTo((1_000 * 0.15 + 500 * 0.075 + 100 * 0.6) / 1e6, 12);
  });

  test('mean nothing on other providers', () => {
    expect(price(NAMES, { model: 'prod-chat' })).toMatchObject({ status: 'none', reason: 'model_unknown' });
  });

  test('of provisioned throughput have no token price, whatever model answers', () => {
    const query = { provider: AZURE, model: 'gpt-4o-2024-11-20', deployment: 'prod-fast' };
    expect(price(NAMES, query)).toEqual({ status: 'none', parts: {}, reason: 'provisioned' });
    expect(price(NAMES, { ...query, deployment: 'prod-slow' }).status).toBe('full');
  });
});

describe('discounts', () => {
  test('are off every part, and the last that matches holds', () => {
    const file = `
version: 1
discounts:
  - { percent: 10 }
  - { provider: openai, model: gpt-4o*, percent: 20 }
`;
    const query = { toolCalls: { web_search: 1 } };
    const listed = price('version: 1', query);
    const cost = price(file, query);
    for (const [kind, usd] of Object.entries(cost.parts)) {
      expect(usd).toBeCloseTo((listed.parts[kind as keyof Cost['parts']] ?? NaN) * 0.8, 12);
    }
    expect(price(file, { model: 'gpt-4.1' }).usd).toBeCloseTo(
      (price('version: 1', { model: 'gpt-4.1' }).usd ?? NaN) * 0.9,
      12,
    );
  });
});

describe('a bad file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'genvitals-prices-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('that is not there is told with its path', () => {
    const path = join(folder, 'gone.yaml');
    const error = errorOf(() => readUserPrices(path));
    expect(error.code).toBe('PRICES_UNREADABLE');
    expect(error.message).toBe(
      `PRICES_UNREADABLE: ${path}: wanted a file, got ENOENT; check the path and who may read it`,
    );
  });

  test('that is no YAML is told with the line', () => {
    const path = join(folder, 'broken.yaml');
    writeFileSync(path, 'version: 1\nprices: [\n');
    const error = errorOf(() => readUserPrices(path));
    expect(error.code).toBe('PRICES_NOT_YAML');
    expect(error.message).toMatch(/broken\.yaml: wanted YAML or JSON, got .*line \d/);
  });

  test.each([
    ['', 'prices: wanted a mapping, got null'],
    ['version: 2', 'version: wanted 1, got 2'],
    ['prices: []', 'version: wanted 1, got nothing'],
    [
      'version: 1\nprice: []',
      'price: wanted one of version, prices, discounts, provisioned, deployments, got "price"',
    ],
    [
      'version: 1\nprices: [{ provider: openai, model: x, tier: turbo }]',
      'prices[0].tier: wanted standard, batch, flex, priority, got "turbo"',
    ],
    [
      'version: 1\nprices: [{ provider: openai, model: x, usdPerMillionTokens: { input: cheap } }]',
      'prices[0].usdPerMillionTokens.input: wanted a number, got "cheap"',
    ],
    [
      'version: 1\nprices: [{ provider: openai, model: x, usdPerMillionTokens: { input: -1 } }]',
      'prices[0].usdPerMillionTokens.input: wanted a number from 0 on, got -1',
    ],
    ['version: 1\ndiscounts: [{ percent: 120 }]', 'discounts[0].percent: wanted a number up to 100, got 120'],
    ['version: 1\ndeployments: [{ deployment: a }]', 'deployments[0].model: wanted a text, got nothing'],
    ['version: 1\nprovisioned: [{ deployment: 7 }]', 'provisioned[0].deployment: wanted a text, got 7'],
  ])('%j is told with the place, what was wanted and what came', (text, story) => {
    const error = errorOf(() => parseUserPrices(text));
    expect(error.code).toBe('PRICES_INVALID');
    expect(error.message).toContain(story);
    expect(error.message).toContain('docs/pricing.md');
  });

  test('JSON is a file too', () => {
    expect(parseUserPrices('{ "version": 1, "discounts": [{ "percent": 5 }] }').discounts).toEqual([
      { percent: 5 },
    ]);
  });
});

describe('the JSON Schema', () => {
  const isValid = new Ajv2020({ strict: false }).compile(userPricesSchema);
  const word = fc.constantFrom('openai', '', 'flex', 'turbo', '2026-01-01', 'soon', '*');
  const scalar = fc.oneof(
    word,
    fc.constantFrom(0, 1, -1, 0.5, 101, null, true),
    fc.constant([]),
    fc.constant({}),
  );
  const some = (names: readonly string[], value: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
    fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] });
  const rates = some(['input', 'cache_read', 'words'], fc.constantFrom(0, 2.5, 'free', -1));
  const entry = fc
    .tuple(
      some(['provider', 'model', 'tier', 'from', 'percent', 'deployment', 'other'], scalar),
      some(['usdPerMillionTokens', 'usdPerThousandCalls'], rates),
      some(['longContext'], some(['aboveInputTokens', 'usdPerMillionTokens'], fc.oneof(rates, scalar))),
    )
    .map(([plain, priced, long]) => ({ ...plain, ...priced, ...long }));
  const list = fc.oneof({ weight: 4, arbitrary: fc.array(entry, { maxLength: 2 }) }, scalar);

  test('takes and refuses what the parser takes and refuses', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        fc.record({ version: fc.constantFrom(1, 1, 1, 2), list: fc.constantFrom('prices', 'discounts') }),
        list,
        ({ version, list: name }, value) => {
          const file = { version, [name]: value };
          let isParsed = true;
          try {
            parseUserPrices(JSON.stringify(file));
          } catch {
            isParsed = false;
          }
          taken += Number(isParsed);
          expect(isParsed).toBe(isValid(file));
        },
      ),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  test('takes entries of every kind', () => {
    const prices = { input: 1, cache_read: 0.1, output: 4 };
    const whole = {
      version: 1,
      prices: [
        {
          provider: 'openai',
          model: 'gpt-7',
          tier: 'flex',
          from: '2026-01-01',
          usdPerMillionTokens: prices,
          longContext: { aboveInputTokens: 1, usdPerMillionTokens: prices },
          usdPerThousandCalls: { web_search: 1 },
          usdPerRequest: 1,
          usdPerAudioMinute: 1,
          usdPerMillionCharacters: 1,
        },
      ],
      discounts: [{ provider: 'openai', model: 'gpt-7', percent: 1 }],
      provisioned: [{ provider: AZURE, deployment: 'a' }],
      deployments: [{ provider: AZURE, deployment: 'b', model: 'c' }],
    };
    expect(isValid(whole)).toBe(true);
    expect(() => parseUserPrices(JSON.stringify(whole))).not.toThrow();
  });
});
