import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkOptions } from '../src/costs/check-options.ts';
import { reasonCodes } from '../src/costs/difference-reasons.ts';
import { reconcileOptions } from '../src/costs/reconcile-options.ts';
import { cliErrors } from '../src/index.ts';

const PAGE = readFileSync(new URL('../../../docs/costs.md', import.meta.url), 'utf8');

/** The first column of the tables of a section. */
function firstColumn(title: string): readonly string[] {
  const section = PAGE.split(/^(?=##+ )/m).find((part) => new RegExp(`^##+ ${title}\n`).test(part)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, cell]) => cell ?? '');
}

describe('the page on costs', () => {
  test.each([
    ['Prices against another list', checkOptions],
    ['Counted costs against the bill', reconcileOptions],
  ])('%s: has every option, as it is written, and no other', (title, table) => {
    const options = Object.entries<{ readonly placeholder?: string }>(table);
    expect(firstColumn(title).toSorted()).toEqual(
      options
        .map(([name, { placeholder }]) =>
          placeholder === undefined ? `--${name}` : `--${name} ${placeholder}`,
        )
        .toSorted(),
    );
  });

  test('has every reason for a difference, and no other', () => {
    expect(firstColumn('Why costs differ')).toEqual(reasonCodes);
  });

  test('has every error of costs, and the code that the process exits with', () => {
    const named = [...PAGE.matchAll(/^\| `(COSTS_\w+)` +\| (\d) /gm)].map(([, code, exitCode]) => [
      code,
      Number(exitCode),
    ]);
    const errors = Object.entries(cliErrors).filter(([code]) => code.startsWith('COSTS_'));
    expect(Object.fromEntries(named)).toEqual(
      Object.fromEntries(errors.map(([code, { exitCode }]) => [code, exitCode])),
    );
  });
});
