import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { BEGIN_MARK, DOCUMENT, END_MARK, summaryCell } from '../versions/matrix-report.ts';
import { nodeLines } from '../versions/node-lines.ts';
import { openAIVersions } from '../versions/openai-versions.ts';
import { applies, scenarios, scenariosFor } from '../versions/scenarios/index.ts';
import { checkCount, settings } from '../versions/settings.ts';

const text = readFileSync(DOCUMENT, 'utf8');
const matrix = text.slice(text.indexOf(BEGIN_MARK) + BEGIN_MARK.length, text.indexOf(END_MARK));
const rows = matrix
  .split('\n')
  .filter((line) => line.startsWith('|') && !line.startsWith('| -'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test('the matrix in the docs is dated and has no failure', () => {
  expect(matrix).toMatch(/Run on \d{4}-\d{2}-\d{2}: /);
  expect(matrix).toMatch(/ [1-9]\d* passed, 0 failed\./);
  expect(rows.flat().filter((cell) => cell === '✗' || / of \d+ differ$/.test(cell))).toEqual([]);
});

test('the docs count as many checks as the suite makes in all its settings', () => {
  const checks = settings.reduce((sum, setting) => sum + checkCount(setting), 0);
  expect(matrix).toContain(`${checks} passed`);
  expect(matrix).toContain(
    `${scenarios.length} scenarios, ${openAIVersions.length} versions of openai, ${nodeLines.length} of Node`,
  );
});

test.each(settings.map((setting) => [setting.title, setting] as const))(
  'the summary has the setting "%s" with its counts',
  (title, setting) => {
    const row = rows.find(([first]) => first === title);
    expect(row?.slice(1)).toEqual(openAIVersions.map((version) => summaryCell(setting, version, [])));
  },
);

test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
  'the docs have the row "%s" with a sign for each version',
  (name, scenario) => {
    const row = rows.find(([first]) => first === name || first === `${name} (everywhere)`);
    const wanted = openAIVersions.map((version) => (applies(scenario, version) ? '✓' : '·'));
    expect(row?.slice(1)).toEqual(wanted);
  },
);

test('the docs have no row that is gone', () => {
  const names = new Set(scenarios.flatMap(({ name }) => [name, `${name} (everywhere)`]));
  const firsts = rows.map(([first = '']) => first).filter((first) => first !== '');
  const others = firsts.filter((first) => !names.has(first));
  const titles = new Set(settings.map(({ title }) => title));
  expect(others.filter((first) => !titles.has(first))).toEqual([]);
});

test('every openai version stands in the head of the matrix', () => {
  const heads = rows.filter(([first]) => first === '').map((head) => head.slice(1));
  const texts = openAIVersions.map(({ text }) => text);
  expect(heads[0]).toEqual(texts.map((text) => `openai ${text}`));
  expect(heads[1]).toEqual(texts);
});

test('names of scenarios are unlike one another', () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
});

test('the suite has at least sixty scenarios for every version', () => {
  for (const version of openAIVersions) expect(scenariosFor(version).length).toBeGreaterThanOrEqual(60);
});
