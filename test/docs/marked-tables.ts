import type { DocsTable } from './ledger-tables.ts';

/** A `|` in a cell would end it. */
function escapeCell(cell: string): string {
  return cell.replaceAll('|', '\\|');
}

function toMarkdown({ head, rows }: DocsTable): string {
  const lines = [head, head.map(() => '---'), ...rows.map((row) => row.map(escapeCell))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function markers(id: string): { readonly begin: string; readonly end: string } {
  return { begin: `<!-- ledger:${id} -->`, end: `<!-- /ledger:${id} -->` };
}

function between(page: string, id: string): { readonly from: number; readonly to: number } {
  const { begin, end } = markers(id);
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from)
    throw new Error(`Expected ${begin} and then ${end} in the page; write both where the table is to be`);
  return { from: from + begin.length, to };
}

/** The page with a table written between its markers. */
export function writeTable(page: string, table: DocsTable): string {
  const { from, to } = between(page, table.id);
  // The formatter would widen every cell of a column to its longest one, so that one row changes all lines.
  const block = `<!-- prettier-ignore-start -->\n\n${toMarkdown(table)}\n\n<!-- prettier-ignore-end -->`;
  return `${page.slice(0, from)}\n${block}\n${page.slice(to)}`;
}

/** The cells of the table that stands between the markers, its two head lines left out. */
export function readTable(page: string, id: string): readonly (readonly string[])[] {
  const { from, to } = between(page, id);
  return page
    .slice(from, to)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
}

/** The ids of all tables that a page has markers for. */
export function markedIds(page: string): readonly string[] {
  return [...page.matchAll(/<!-- ledger:(\S+) -->/g)].map(([, id]) => id ?? '');
}
