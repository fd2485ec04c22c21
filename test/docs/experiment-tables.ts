import { experimentErrors, experimentKeys, type KeyRow } from '@genvitals/context/experiments';
import type { DocsTable } from './ledger-tables.ts';

function code(text: string): string {
  return `\`${text}\``;
}

/** What the page on experiments has of the rows of `@genvitals/context`. */
export function experimentTables(): readonly DocsTable[] {
  const keys = Object.entries<KeyRow<unknown>>(experimentKeys);
  return [
    {
      id: 'experiment-keys',
      head: ['Key', 'Value', 'Default', 'What it says'],
      rows: keys.map(([key, { wanted, defaultText, sentence }]) => [
        code(key),
        wanted,
        defaultText ?? 'must be there',
        sentence,
      ]),
    },
    {
      id: 'experiment-errors',
      head: ['Code', 'What is wrong', 'What to do'],
      rows: Object.entries(experimentErrors).map(([name, { sentence, remedy }]) => [
        code(name),
        sentence,
        remedy,
      ]),
    },
  ];
}
