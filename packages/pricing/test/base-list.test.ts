import { calcPrice, findProvider } from '@pydantic/genai-prices';
import { describe, expect, test } from 'vitest';
import { baseListIds } from '../src/base.ts';
import { findListedModel, pricesAt } from '../src/base-list.ts';

/** A name that a rule matches, to ask for each model of the list. */
function namesOf(logic: object): string[] {
  return Object.entries(logic).flatMap(([rule, value]: [string, unknown]) => {
    if (rule === 'or' || rule === 'and') return (value as object[]).flatMap(namesOf);
    const text = (value as string).replaceAll(/\\d\{8\}/g, '20260805').replaceAll(/[\^$\\]/g, '');
    return [text, `${text}-2026-08-05`, `${text}-20240806`, `my-${text}`, ` ${text.toUpperCase()}`];
  });
}

const ODD_NAMES = [
  '',
  ' ',
  'gpt-4o-20240230',
  'gpt-4o-20240231-x',
  '-20240806',
  'claude-sonnet-4-20250514:beta',
];
const MOMENTS = [
  '1960-01-01T03:00:00Z',
  '2024-01-01T00:30:00Z',
  '2025-06-10T00:00:00Z',
  '2026-07-29T23:59:59.999Z',
  '2026-07-30T00:00:00Z',
  '2026-11-26T02:00:00Z',
  '2026-11-26T04:00:00Z',
  '2026-11-26T09:59:59.999Z',
  '2026-11-26T16:29:59.999Z',
  '2026-11-26T16:30:00Z',
  '2026-11-26T23:00:00Z',
].map((text) => Date.parse(text));

describe('the base list', () => {
  test.each(baseListIds)(
    '%s: every name has the prices that genai-prices gives it, at any time',
    (listId) => {
      const models = findProvider({ providerId: listId })?.models ?? [];
      expect(models.length).toBeGreaterThan(5);
      const names = [...new Set([...ODD_NAMES, ...models.flatMap(({ match }) => namesOf(match))])];
      const wrong = names.flatMap((name) => {
        const found = findListedModel(listId, name);
        return MOMENTS.filter((atMs) => {
          const wanted = calcPrice({}, name, { providerId: listId, timestamp: new Date(atMs) });
          const prices = found && pricesAt(found.prices, atMs);
          return JSON.stringify(prices) !== JSON.stringify(wanted?.model_price);
        }).map((atMs) => `${name} at ${new Date(atMs).toISOString()}`);
      });
      expect(wrong).toEqual([]);
    },
  );

  test('what a provider resells is among the lists', () => {
    const resold = baseListIds.flatMap(
      (id) => findProvider({ providerId: id })?.fallback_model_providers ?? [],
    );
    expect(resold.length).toBeGreaterThan(0);
    expect(resold.filter((id) => !baseListIds.includes(id))).toEqual([]);
  });
});
