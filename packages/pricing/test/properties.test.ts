import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributes } from '@genvitals/conventions';
import { createPricer, overlay, type PriceQuery, type TokenKind } from '@genvitals/pricing';

const { priceOf } = createPricer();
const KINDS: readonly TokenKind[] = attributes.tokenKind.values;

const plainNames = overlay.flatMap(({ models }) => models.filter((name) => !name.endsWith('*')));
const model = fc.constantFrom(
  'gpt-4o',
  'gpt-5.5',
  'gpt-6-sol',
  'gpt-image-1.5',
  'gpt-realtime',
  ...plainNames,
);
const tier = fc.constantFrom(
  undefined,
  null,
  'default',
  'auto',
  'flex',
  'batch',
  'priority',
  'fast',
  'scale',
);
const count = fc.oneof(fc.nat({ max: 2_000 }), fc.nat({ max: 600_000 }));
const tokens = fc.record(Object.fromEntries(KINDS.map((kind) => [kind, count])), { requiredKeys: [] });
const toolCalls = fc.dictionary(
  fc.constantFrom('web_search', 'web_search_preview', 'file_search', 'code_interpreter', 'constructor'),
  fc.nat({ max: 50 }),
);
const query: fc.Arbitrary<PriceQuery> = fc.record({
  provider: fc.constantFrom('openai', 'azure.ai.openai', 'groq', 'elsewhere'),
  model,
  tier,
  tokens,
  toolCalls: fc.option(toolCalls, { nil: undefined }),
  atMs: fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2027-01-01') }),
});

describe('whatever was used', () => {
  test('the parts sum to the whole, none is below 0, and only a full cost has no reason', () => {
    fc.assert(
      fc.property(query, (asked) => {
        const cost = priceOf(asked);
        const parts = Object.entries(cost.parts);
        expect(
          parts.every(([kind]) => (attributes.costKind.values as readonly string[]).includes(kind)),
        ).toBe(true);
        expect(parts.every(([, usd]) => usd >= 0)).toBe(true);
        expect(cost.reason === undefined).toBe(cost.status === 'full');
        expect(cost.status === 'none').toBe(cost.usd === undefined);
        expect(parts.length > 0).toBe(cost.usd !== undefined);
        expect(parts.reduce((sum, [, usd]) => sum + usd, 0)).toBe(cost.usd ?? 0);
      }),
      { numRuns: 3_000 },
    );
  });

  test('a token more never costs less', () => {
    fc.assert(
      fc.property(
        query,
        fc.constantFrom(...KINDS),
        fc.integer({ min: 1, max: 300_000 }),
        (asked, kind, more) => {
          const before = priceOf(asked);
          const after = priceOf({
            ...asked,
            tokens: { ...asked.tokens, [kind]: (asked.tokens?.[kind] ?? 0) + more },
          });
          // A part without a price, or a length without one, takes the whole away rather than making it less.
          if (before.usd === undefined || after.usd === undefined) return;
          expect(after.usd).toBeGreaterThanOrEqual(before.usd - 1e-12);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test('two calls cost what each costs, where neither is long', () => {
    const short = fc.record(Object.fromEntries(KINDS.map((kind) => [kind, fc.nat({ max: 10_000 })])));
    fc.assert(
      fc.property(model, short, short, (name, one, other) => {
        const ask = (used: Readonly<Record<string, number>>): number =>
          priceOf({ provider: 'openai', model: name, tokens: used, atMs: Date.parse('2026-11-26') }).usd ?? 0;
        const both = Object.fromEntries(KINDS.map((kind) => [kind, (one[kind] ?? 0) + (other[kind] ?? 0)]));
        expect(ask(both)).toBeCloseTo(ask(one) + ask(other), 9);
      }),
    );
  });

  test('nothing that may come from a network throws', () => {
    const anything = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(undefined, NaN, -1, Infinity));
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.option(fc.string()),
        fc.record(Object.fromEntries(KINDS.map((kind) => [kind, anything]))),
        fc.double(),
        (provider, name, served, counts, atMs) => {
          const { status } = priceOf({
            provider,
            model: name,
            tier: served,
            tokens: counts,
            atMs,
          });
          expect(['full', 'partial', 'none']).toContain(status);
        },
      ),
    );
  });
});
