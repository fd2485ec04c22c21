import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toBigQuerySchema, toJsonSchema } from '@genvitals/conventions';
import { userPricesSchema } from '@genvitals/pricing/user-prices';
import { markedIds } from './marked-tables.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The page that has every table of the ledger. */
export const TELEMETRY_PAGE = 'docs/telemetry.md';

/** Every page with a table from the ledger: the telemetry page, and those that repeat one for their readers. */
export function markedPages(): readonly string[] {
  return globSync(['*.md', 'docs/*.md', 'packages/*/*.md'], { cwd: ROOT })
    .filter((path) => markedIds(readFileSync(`${ROOT}${path}`, 'utf8')).length > 0)
    .toSorted();
}

/** Files for other programs. */
export const generatedFiles: Readonly<Record<string, () => unknown>> = {
  'docs/generated/call-line.schema.json': toJsonSchema,
  'docs/generated/call-line.bigquery.json': toBigQuerySchema,
  'docs/generated/prices.schema.json': () => ({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The file that GENVITALS_PRICES names',
    ...userPricesSchema,
  }),
};

/** What a generated file holds. */
export function toJsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
