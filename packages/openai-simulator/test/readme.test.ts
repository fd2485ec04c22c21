import { readFileSync } from 'node:fs';
import { faultNames, faults, incidentNames, incidents } from '@genvitals/openai-simulator';
import { describe, expect, test } from 'vitest';
import { commandOptions } from '../src/command.ts';
import { endpoints } from '../src/endpoints/index.ts';
import { controls } from '../src/controls.ts';
import { lookups } from '../src/lookups.ts';
import { models } from '../src/models.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** Cells of the table under a heading. */
function tableUnder(heading: string): string[][] {
  const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

describe('the README', () => {
  test('has every incident as its row says, and no other', () => {
    expect(tableUnder('Incidents')).toEqual(
      incidentNames.map((name) => [name, incidents[name].summary, String(incidents[name].afterCalls)]),
    );
  });

  test('has every fault, and no other', () => {
    expect(tableUnder('Faults')).toEqual(faultNames.map((name) => [name, faults[name].summary]));
  });

  test('has every option of the command, and no other', () => {
    expect(tableUnder('Command')).toEqual(
      commandOptions.map(({ flag, shown, summary }) => [`--${flag} ${shown}`.trim(), summary]),
    );
  });

  test('has every endpoint, and no other', () => {
    const paths = [
      ...endpoints.map(({ path }) => `POST ${path}`),
      ...lookups.map(({ method, path }) => `${method} ${path}`),
      ...controls.map(({ method, path }) => `${method} ${path}`),
    ];
    expect(tableUnder('Endpoints').map(([path]) => path)).toEqual(paths);
  });

  test('names every model', () => {
    for (const { id } of models) expect(readme).toContain(`\`${id}\``);
  });
});
