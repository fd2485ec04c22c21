import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ResultTable, toMarkdown } from './result-table.ts';

const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));

function writeBetween(page: string, id: string, text: string): string {
  const begin = `<!-- bench:${id} -->`;
  const end = `<!-- /bench:${id} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from) {
    throw new Error(`Expected ${begin} and then ${end} in ${PAGE}; write both where the result is to be`);
  }
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}

/** Writes tables, and the line that says when and on what they were measured, between their markers. */
export function writePage(name: string, tables: readonly ResultTable[]): void {
  const date = new Date().toISOString().slice(0, 10);
  let page = readFileSync(PAGE, 'utf8');
  page = writeBetween(page, name, `\nMeasured on ${date} with Node ${process.version} (${process.arch}).\n`);
  for (const table of tables) {
    const block = `<!-- prettier-ignore-start -->\n\n${toMarkdown(table)}\n\n<!-- prettier-ignore-end -->`;
    page = writeBetween(page, table.id, block);
  }
  writeFileSync(PAGE, page);
}
