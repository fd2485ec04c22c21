import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contentTables } from './content-tables.ts';
import { experimentTables } from './experiment-tables.ts';
import { feedbackTables } from './feedback-tables.ts';
import { type DocsTable, ledgerTables } from './ledger-tables.ts';
import { markedIds, readTable, writeTable } from './marked-tables.ts';
import { generatedFiles, markedPages, ROOT, TELEMETRY_PAGE, toJsonText } from './pages.ts';
import { priceTables } from './price-tables.ts';
import { providerTables } from './provider-tables.ts';

const tables = [
  ...ledgerTables(),
  ...priceTables(),
  ...contentTables(),
  ...experimentTables(),
  ...feedbackTables(),
  ...providerTables(),
];
const pages = markedPages();

function read(path: string): string {
  return readFileSync(`${ROOT}${path}`, 'utf8');
}

/** What a page and the ledger do not agree on; nothing where they do. */
function disagreements(
  page: string,
  table: DocsTable,
): { missing: string[]; gone: string[]; changed: string[] } {
  const written = new Map(readTable(page, table.id).map((row) => [row[0] ?? '', row]));
  const wanted = new Map(table.rows.map((row) => [row[0] ?? '', row]));
  return {
    missing: [...wanted.keys()].filter((name) => !written.has(name)),
    gone: [...written.keys()].filter((name) => !wanted.has(name)),
    changed: [...wanted]
      .filter(([name, row]) => written.has(name) && written.get(name)?.join() !== row.join())
      .map(([name]) => name),
  };
}

const AGREED = { missing: [], gone: [], changed: [] };

describe('the docs and the ledger', () => {
  test('the telemetry page has every table of the ledger, each once', () => {
    expect(markedIds(read(TELEMETRY_PAGE)).toSorted()).toEqual(
      ledgerTables()
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  test('the page on providers has the table of providers', () => {
    expect(markedIds(read('docs/providers.md'))).toEqual(providerTables().map(({ id }) => id));
  });

  test.each(pages)('%s says what the ledger says (`pnpm docs:write` writes it anew)', (path) => {
    const page = read(path);
    const ids = markedIds(page);
    const marked = tables.filter(({ id }) => ids.includes(id));
    expect(
      ids.filter((id) => !marked.some((table) => table.id === id)),
      'markers for a table that is gone',
    ).toEqual([]);
    for (const table of marked) {
      expect(disagreements(page, table), table.id).toEqual(AGREED);
      expect(writeTable(page, table), `${table.id}: order, heading or form`).toBe(page);
    }
  });

  test.each(Object.entries(generatedFiles))(
    '%s is what the ledger gives (`pnpm docs:write` writes it anew)',
    (path, make) => {
      expect(read(path)).toBe(toJsonText(make()));
    },
  );
});

describe('the comparison', () => {
  const [table] = tables.filter(({ id }) => id === 'attributes');
  if (table === undefined) throw new Error('the ledger has no attributes');
  const page = read(TELEMETRY_PAGE);
  const line = page.split('\n').find((each) => each.includes('`gen_ai.request.model`')) ?? '';

  test('notices a row that the docs lack', () => {
    expect(disagreements(page.replace(`${line}\n`, ''), table)).toEqual({
      ...AGREED,
      missing: ['`gen_ai.request.model`'],
    });
  });

  test('notices a row that the ledger lacks', () => {
    const stray = line.replace('gen_ai.request.model', 'gen_ai.request.mood');
    expect(disagreements(page.replace(line, `${line}\n${stray}`), table)).toEqual({
      ...AGREED,
      gone: ['`gen_ai.request.mood`'],
    });
  });

  test('notices a cell that says something else', () => {
    const changed = line.replace('string', 'int');
    expect(disagreements(page.replace(line, changed), table)).toEqual({
      ...AGREED,
      changed: ['`gen_ai.request.model`'],
    });
  });
});
