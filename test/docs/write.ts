/** Writes the tables of ledger, prices and patterns into the docs, and the generated files (`pnpm docs:write`). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { contentTables } from './content-tables.ts';
import { experimentTables } from './experiment-tables.ts';
import { feedbackTables } from './feedback-tables.ts';
import { ledgerTables } from './ledger-tables.ts';
import { markedIds, writeTable } from './marked-tables.ts';
import { generatedFiles, markedPages, ROOT, toJsonText } from './pages.ts';
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

function write(path: string, text: string): void {
  mkdirSync(dirname(`${ROOT}${path}`), { recursive: true });
  writeFileSync(`${ROOT}${path}`, text);
  console.log(`wrote ${path}`);
}

for (const path of markedPages()) {
  let page = readFileSync(`${ROOT}${path}`, 'utf8');
  for (const id of markedIds(page)) {
    const table = tables.find((each) => each.id === id);
    if (table === undefined)
      throw new Error(
        `${path} asks for the table ${id}; there are ${tables.map((each) => each.id).join(', ')}`,
      );
    page = writeTable(page, table);
  }
  write(path, page);
}
for (const [path, make] of Object.entries(generatedFiles)) write(path, toJsonText(make()));
