import { ExperimentError, type ExperimentErrorCode, parseExperiment } from '@genvitals/context/experiments';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GREETING } from './experiment-stage.ts';

const ARMS = 'hypothesis: h\narms:\n  control:\n  candidate:\n';
const parse = (text: string): unknown => parseExperiment(text, 'greeting', 'greeting.yaml');

function errorOf(text: string): ExperimentError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ExperimentError) return error;
    throw error;
  }
  throw new Error('Expected the file to be refused');
}

describe('the file of an experiment', () => {
  test('needs a hypothesis and two arms, and has defaults for all else', () => {
    const empty = { prompt: undefined, parameters: {} };
    expect(parse(ARMS)).toEqual({
      name: 'greeting',
      hypothesis: 'h',
      arms: { control: empty, candidate: empty },
      split: { control: 90, candidate: 10 },
      unit: 'user',
      salt: 'greeting',
      minJudged: 500,
      minUnits: 200,
      minDays: 7,
      maxDays: 28,
      minEffect: { points: 0.1, percentagePoints: 2, percent: 5 },
      stopped: undefined,
    });
  });

  test('tells each arm its prompt and parameters', () => {
    expect(parse(GREETING)).toMatchObject({
      arms: {
        control: { prompt: { name: 'greeting', version: '3' }, parameters: {} },
        candidate: {
          prompt: { name: 'greeting', version: '4' },
          parameters: { temperature: 0.2, tools: ['search'] },
        },
      },
      split: { control: 50, candidate: 50 },
    });
  });

  test('keeps a version as it was written, also where YAML sees a number', () => {
    const text = ARMS.replace('candidate:', 'candidate: { prompt: { name: p, version: 1.10 } }');
    expect(parse(text)).toMatchObject({ arms: { candidate: { prompt: { version: '1.10' } } } });
  });

  test('gives parameters that nobody can change for others', () => {
    const { arms } = parseExperiment(GREETING, 'greeting');
    expect(() => (arms.candidate.parameters['tools'] as string[]).push('write')).toThrow(TypeError);
  });

  test('takes any whole of percentages, a salt, a unit and a stop', () => {
    const text = `${ARMS}split: 99.9 / 0.1\nsalt: 2\nunit: session\nstopped: { at: 2026-11-26T16:00:00Z, arm: control }\n`;
    expect(parse(text)).toMatchObject({
      split: { control: 99.9, candidate: 0.1 },
      salt: '2',
      unit: 'session',
      stopped: { at: '2026-11-26T16:00:00Z', arm: 'control' },
    });
  });

  test.each<[text: string, what: string, code: ExperimentErrorCode, sentence: string]>([
    ['', 'nothing', 'EXPERIMENT_INVALID', 'greeting.yaml:1: wanted a mapping, got nothing'],
    ['- a', 'a list', 'EXPERIMENT_INVALID', 'greeting.yaml:1: wanted a mapping, got a list'],
    ['a: [1', 'no YAML', 'EXPERIMENT_NOT_YAML', 'greeting.yaml:1: wanted YAML, got '],
    [
      `${ARMS}a: 1\na: 2\n`,
      'a key twice',
      'EXPERIMENT_NOT_YAML',
      'greeting.yaml:6: wanted YAML, got Map keys',
    ],
    [`${ARMS}---\na: 1`, 'two documents', 'EXPERIMENT_NOT_YAML', 'greeting.yaml:5'],
    [`${ARMS}salt: !secret x\n`, 'a tag', 'EXPERIMENT_NOT_YAML', 'greeting.yaml:5'],
    ['arms: {}', 'no hypothesis', 'EXPERIMENT_INVALID', 'wanted hypothesis: a text, got no such key'],
    [
      'hypothesis: " "\n',
      'an empty hypothesis',
      'EXPERIMENT_INVALID',
      'greeting.yaml:1: hypothesis: wanted a text',
    ],
    ['hypothesis: h\n', 'no arms', 'EXPERIMENT_INVALID', 'wanted arms: a mapping of control and candidate'],
    [
      'hypothesis: h\narms:\n  control:\n',
      'one arm',
      'EXPERIMENT_INVALID',
      'greeting.yaml:2: arms: wanted candidate: a mapping, which may be empty, got no such key',
    ],
    [
      `${ARMS}  bold:\n`,
      'a third arm',
      'EXPERIMENT_THIRD_ARM',
      'greeting.yaml:5: arms.bold: wanted control and candidate alone, got bold; make one file for each pair',
    ],
    [
      `${ARMS}splitt: 80/20\n`,
      'an unknown key',
      'EXPERIMENT_INVALID',
      'greeting.yaml:5: splitt: wanted one of hypothesis, arms, split,',
    ],
    [`${ARMS}split: 90/20\n`, 'more than the whole', 'EXPERIMENT_INVALID', 'such as 90/10, got 90/20'],
    [`${ARMS}split: 80/10/10\n`, 'three shares', 'EXPERIMENT_INVALID', 'such as 90/10, got 80/10/10'],
    [`${ARMS}split: -10/110\n`, 'a negative share', 'EXPERIMENT_INVALID', 'got -10/110'],
    [
      `${ARMS}split: 0.1\n`,
      'a share alone',
      'EXPERIMENT_INVALID',
      'greeting.yaml:5: split: wanted the percentages',
    ],
    [`${ARMS}minJudged: 0\n`, 'no judged ones', 'EXPERIMENT_INVALID', 'from 1 to 1000000000, got 0'],
    [`${ARMS}minDays: 7.5\n`, 'half a day', 'EXPERIMENT_INVALID', 'minDays: wanted a whole number'],
    [`${ARMS}minDays: "7"\n`, 'a text', 'EXPERIMENT_INVALID', 'minDays: wanted a whole number'],
    [
      `${ARMS}maxDays: 3\n`,
      'less than the least',
      'EXPERIMENT_INVALID',
      'maxDays: wanted maxDays to be at least minDays, which is 7, got 3',
    ],
    [
      `${ARMS}minEffect: { points: -1 }\n`,
      'a negative effect',
      'EXPERIMENT_INVALID',
      'minEffect.points: wanted a number above 0, got -1',
    ],
    [
      `${ARMS}unit: [user]\n`,
      'a list of units',
      'EXPERIMENT_INVALID',
      'unit: wanted a word in small letters, got a list',
    ],
    [`${ARMS}salt: "a\\0b"\n`, 'a NUL in the salt', 'EXPERIMENT_INVALID', 'salt: wanted a text'],
    [
      `${ARMS}stopped: yes\n`,
      'a stop without arm',
      'EXPERIMENT_INVALID',
      'stopped: wanted a mapping, got yes',
    ],
    [
      `${ARMS}stopped: { at: now, arm: control }\n`,
      'no time',
      'EXPERIMENT_INVALID',
      'stopped.at: wanted a time such as',
    ],
    [
      `${ARMS}stopped: { at: 2026-11-26T16:00:00Z, arm: both }\n`,
      'no arm',
      'EXPERIMENT_INVALID',
      'stopped.arm: wanted control or candidate, got both',
    ],
    [
      `${ARMS}minEffect: &a { points: 1 }\nstopped: *a\n`,
      'an alias',
      'EXPERIMENT_INVALID',
      'greeting.yaml:6: wanted values that are written out, got the alias *a',
    ],
    [
      'x'.repeat(300_000),
      'a huge text',
      'EXPERIMENT_INVALID',
      'wanted at most 262144 characters, got 300000',
    ],
  ])('$1 is refused with file, line, key, what was wanted and what came', (text, _, code, sentence) => {
    const error = errorOf(text);
    expect(error.code).toBe(code);
    expect(error.message).toContain(sentence);
    expect(error.message).toMatch(/^EXPERIMENT_[A-Z_]+: greeting\.yaml/);
    expect(error.message.length).toBeLessThan(400);
  });
});

test('whatever is done to a file, it is taken or refused by an error of ours', () => {
  const pieces = fc.constantFrom(
    '',
    ':',
    '\n',
    ' ',
    '- ',
    '{',
    ']',
    '*a',
    '&a ',
    '? ',
    '!!set ',
    '<<: ',
    '|',
    '"',
    '\0',
    '%',
    '---\n',
    '__proto__: 1\n',
    '1e999',
  );
  fc.assert(
    fc.property(fc.nat(GREETING.length), fc.nat(12), fc.array(pieces, { maxLength: 4 }), (at, cut, put) => {
      const text = `${GREETING.slice(0, at)}${put.join('')}${GREETING.slice(at + cut)}`;
      let error: unknown;
      try {
        parse(text);
      } catch (caught) {
        error = caught;
      }
      expect(error === undefined || error instanceof ExperimentError, text).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});
