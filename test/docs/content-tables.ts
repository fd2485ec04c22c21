import { type ContentPattern, contentPatterns, maskErrors } from '@genvitals/conventions';
import type { DocsTable } from './ledger-tables.ts';

function code(text: string): string {
  return `\`${text}\``;
}

/** What the page on content has of the patterns, and of what may be wrong with a file of them. */
export function contentTables(): readonly DocsTable[] {
  const patterns: readonly (readonly [string, ContentPattern])[] = Object.entries(contentPatterns);
  return [
    {
      id: 'content-patterns',
      head: ['Pattern', 'Becomes', 'What it takes', 'Example', 'Also checked'],
      rows: patterns.map(([name, { placeholder, sentence, example, accept }]) => [
        code(name),
        code(`<${placeholder}_1>`),
        sentence,
        code(example),
        accept === undefined ? '' : 'yes',
      ]),
    },
    {
      id: 'mask-errors',
      head: ['Code', 'What is wrong', 'What to do'],
      rows: Object.entries(maskErrors).map(([name, { sentence, remedy }]) => [code(name), sentence, remedy]),
    },
  ];
}
