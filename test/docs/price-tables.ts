import { costReasons, overlay, type OverlayRow } from '@genvitals/pricing';
import { priceErrors } from '@genvitals/pricing/user-prices';
import type { DocsTable } from './ledger-tables.ts';

function code(text: string): string {
  return `\`${text}\``;
}

function pairs(prices: Readonly<Record<string, number | undefined>> | undefined): string {
  return Object.entries(prices ?? {})
    .map(([kind, usd]) => `${kind} ${usd}`)
    .join(', ');
}

function pricesOf(row: OverlayRow): string {
  const { longContext } = row;
  const parts = [
    row.timesStandard === undefined ? '' : `${row.timesStandard} × standard`,
    pairs(row.usdPerMillionTokens),
    longContext === undefined
      ? ''
      : `above ${longContext.aboveInputTokens.toLocaleString('en-US')} of input: ${pairs(longContext.usdPerMillionTokens)}`,
    row.upToInputTokens === undefined
      ? ''
      : `none above ${row.upToInputTokens.toLocaleString('en-US')} of input`,
    row.usdPerThousandCalls === undefined ? '' : `a thousand calls: ${pairs(row.usdPerThousandCalls)}`,
    row.usdPerRequest === undefined ? '' : `a request: ${row.usdPerRequest}`,
    row.usdPerMillionCharacters === undefined ? '' : `a million characters: ${row.usdPerMillionCharacters}`,
    row.usdPerAudioMinute === undefined ? '' : `a minute: ${row.usdPerAudioMinute}`,
    row.missing === undefined ? '' : `not known: ${row.missing.join(', ')}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

/** What the page on prices has of the rows of `@genvitals/pricing`. */
export function priceTables(): readonly DocsTable[] {
  return [
    {
      id: 'prices',
      head: ['Models', 'Provider', 'Tier', 'USD for a million tokens', 'Source', 'Of'],
      rows: overlay.map((row) => [
        row.models.map(code).join(', '),
        row.providers.map(code).join(', '),
        row.tier,
        pricesOf(row),
        `<${row.source}>`,
        row.checkedAt,
      ]),
    },
    {
      id: 'price-reasons',
      head: ['Reason', 'What it says'],
      rows: Object.entries(costReasons).map(([reason, sentence]) => [code(reason), sentence]),
    },
    {
      id: 'price-errors',
      head: ['Code', 'What is wrong', 'What to do'],
      rows: Object.entries(priceErrors).map(([name, { sentence, remedy }]) => [code(name), sentence, remedy]),
    },
  ];
}
