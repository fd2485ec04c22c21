import { readFileSync } from 'node:fs';
import { experimentKeys, parseExperiment, unitPosition } from '@genvitals/context/experiments';
import { expect, test } from 'vitest';
import { markedIds } from './marked-tables.ts';
import { experimentTables } from './experiment-tables.ts';
import { ROOT } from './pages.ts';

const PAGE = readFileSync(`${ROOT}docs/experiments.md`, 'utf8');
const EXAMPLE = /```yaml\n(.*?)```/s.exec(PAGE)?.[1] ?? '';

test('the example of an experiment is one that is taken, with every key and its default', () => {
  const { hypothesis, arms } = parseExperiment(EXAMPLE, 'greeting');
  const keys = Object.keys(experimentKeys).filter((key) => key !== 'stopped');
  expect(keys.filter((key) => !new RegExp(`^${key}:`, 'm').test(EXAMPLE))).toEqual([]);
  const plain = parseExperiment('hypothesis: h\narms: { control: {}, candidate: {} }\n', 'greeting');
  expect(parseExperiment(EXAMPLE, 'greeting')).toEqual({ ...plain, hypothesis, arms });
});

test('the positions on the page are those that are computed', () => {
  const rows = [...PAGE.matchAll(/^\| `(\S+)` +\| `(\S+)` +\| `(.+?)` +\| `(\d+)` +\| (yes|no)/gm)];
  expect(rows.length).toBeGreaterThan(3);
  for (const [, name = '', salt = '', unit = '', numerator, isCandidate] of rows) {
    const position = unitPosition(name, salt, unit);
    expect([position * 2 ** 48, position < 0.1 ? 'yes' : 'no']).toEqual([Number(numerator), isCandidate]);
  }
});

test('the page has the tables of keys and errors', () => {
  expect(markedIds(PAGE)).toEqual(experimentTables().map(({ id }) => id));
});
