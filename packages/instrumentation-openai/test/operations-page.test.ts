import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { endpoints } from '../src/endpoints/index.ts';

const page = readFileSync(new URL('../../../docs/telemetry.md', import.meta.url), 'utf8');
const section = page.slice(page.indexOf('## Operations'), page.indexOf('## How a call ends'));
const rows = section
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').slice(1, 3) as [methods: string, operation: string]);

test('docs/telemetry.md names the operation of every endpoint', () => {
  const missing = endpoints.filter(
    ({ name, operation }) =>
      !rows.some(
        ([methods, written]) => methods.includes(`\`${name}`) && written.trim() === `\`${operation}\``,
      ),
  );
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test('docs/telemetry.md names no operation that no endpoint has', () => {
  const known = new Set(endpoints.map(({ operation }) => `\`${operation}\``));
  expect(rows.map(([, written]) => written.trim()).filter((written) => !known.has(written))).toEqual([]);
});
