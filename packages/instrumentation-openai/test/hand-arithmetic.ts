import { expect } from 'vitest';

/** The attributes of a cost, from its parts in millionths of a dollar: tokens times the price of a million. */
export function costAttributes(parts: Readonly<Record<string, number>>): Record<string, unknown> {
  const usd = (millionths: number): unknown => expect.closeTo(millionths / 1_000_000, 15);
  return {
    'genvitals.cost.status': 'full',
    'genvitals.cost.source': 'local',
    'genvitals.cost.currency': 'USD',
    'genvitals.cost.amount': usd(Object.values(parts).reduce((sum, part) => sum + part, 0)),
    ...Object.fromEntries(
      Object.entries(parts).map(([kind, millionths]) => [`genvitals.cost.${kind}`, usd(millionths)]),
    ),
  };
}

/** gpt-4o-mini: 0.15 USD a million tokens, 0.075 from the cache, 0.60 out, reasoning too. */
export const CHAT_COST = costAttributes({ input: 7 * 0.15, cache_read: 4 * 0.075, output: 7 * 0.6 });
export const RESPONSE_COST = costAttributes({ input: 16 * 0.15, cache_read: 5 * 0.075, output: 9 * 0.6 });
