import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentPatterns, readOptions } from '@genvitals/conventions';
import { afterAll, describe, expect, test } from 'vitest';
import { type MaskProblem, readMask } from '../../src/content/mask-file.ts';
import { createMasker } from '../../src/content/masking.ts';

const folder = mkdtempSync(join(tmpdir(), 'genvitals-'));
const path = join(folder, 'mask.json');

afterAll(() => rmSync(folder, { recursive: true }));

function readText(text: string): ReturnType<typeof readMask> {
  writeFileSync(path, text);
  return readMask({ by: 'file', path });
}

function maskWith(file: unknown, text: string): string {
  const result = readText(JSON.stringify(file));
  if (!result.isUsable) throw new Error(result.problem.message);
  return createMasker(result.patterns).mask(text);
}

function problemOf(result: ReturnType<typeof readMask>): MaskProblem {
  if (result.isUsable) throw new Error(`Expected a problem, got ${result.patterns.length} patterns`);
  return result.problem;
}

const customer = { name: 'customer_number', pattern: 'KD-\\d{6}' };
const TEXT = 'KD-123456 is anna@example.com';

describe('a file of patterns', () => {
  test('adds to the default ones, and comes first', () => {
    expect(maskWith({ patterns: [customer] }, TEXT)).toBe('<CUSTOMER_NUMBER_1> is <EMAIL_1>');
    expect(maskWith({ patterns: [{ name: 'host', pattern: 'example\\.com' }], default: true }, TEXT)).toBe(
      'KD-123456 is anna@<HOST_1>',
    );
  });

  test('stands alone where it says so', () => {
    expect(maskWith({ patterns: [customer], default: false }, TEXT)).toBe(
      '<CUSTOMER_NUMBER_1> is anna@example.com',
    );
  });

  test('may ignore case, and know letters of all languages', () => {
    const patterns = [
      { name: 'project', pattern: '(?i)projekt \\p{Lu}\\w+' },
      { name: 'street', pattern: '[\\p{L}]{2,30}straße \\d{1,4}' },
    ];
    expect(maskWith({ patterns }, 'PROJEKT Adler, Müllerstraße 12')).toBe('<PROJECT_1>, <STREET_1>');
  });

  test('may begin with a byte order mark', () => {
    expect(readText(`\uFEFF${JSON.stringify({ patterns: [customer] })}`).isUsable).toBe(true);
  });

  test('without patterns of its own has the default ones', () => {
    expect(maskWith({}, TEXT)).toBe('KD-123456 is <EMAIL_1>');
  });

  test.each([
    ['(?i)kd-\\d+', 'x kd-77 y', 'x <OWN_1> y'],
    ['[A-Z]{2}(?:-\\d{2}){3}', 'AB-12-34-56', '<OWN_1>'],
    ['ID:\\s*\\w+', 'ID: abc', '<OWN_1>'],
    ['KD-\\d+ of \\w+', 'KD-12 of Anna.', '<OWN_1>.'],
    ['🔑\\d{3,}', '🔑12345', '<OWN_1>'],
  ])('takes %s', (pattern, text, masked) => {
    expect(maskWith({ patterns: [{ name: 'own', pattern }], default: false }, text)).toBe(masked);
  });
});

describe('the example in docs/content.md', () => {
  const page = readFileSync(new URL('../../../../docs/content.md', import.meta.url), 'utf8');

  test('is taken, and does what the page says', () => {
    const result = readText(/```json\n(.*?)```/s.exec(page)?.[1] ?? '');
    expect(result.isUsable && createMasker(result.patterns).mask('KD-123456, project Adler')).toBe(
      '<CUSTOMER_NUMBER_1>, <PROJECT_1>',
    );
  });
});

describe('a file that is wrong leads to no patterns at all', () => {
  test.each([
    ['', 'MASK_NOT_JSON', path, 'JSON'],
    ['{"patterns": [', 'MASK_NOT_JSON', path, 'JSON'],
    ['[]', 'MASK_INVALID', path, 'an object with patterns and default'],
    ['null', 'MASK_INVALID', path, 'an object with patterns and default'],
    ['{"pattern": []}', 'MASK_INVALID', path, 'nothing but patterns and default'],
    ['{"patterns": {}}', 'MASK_INVALID', `${path}: patterns`, 'a list of at most 100 patterns'],
    ['{"default": "no"}', 'MASK_INVALID', `${path}: default`, 'true or false'],
    ['{"default": false}', 'MASK_INVALID', `${path}: patterns`, /^a pattern, where default is false/],
    ['{"patterns": ["a"]}', 'MASK_INVALID', `${path}: patterns[0]`, 'an object with name and pattern'],
    ['{"patterns": [{"name": "A B"}]}', 'MASK_INVALID', `${path}: patterns[0].name`, /^a name of up to/],
    ['{"patterns": [{"name": "a"}]}', 'MASK_INVALID', `${path}: patterns[0].pattern`, 'a regular expression'],
    [
      '{"patterns": [{"name": "a", "pattern": "x", "flags": "i"}]}',
      'MASK_INVALID',
      `${path}: patterns[0]`,
      'nothing but name and pattern',
    ],
  ])('%s', (text, code, at, wanted) => {
    const problem = problemOf(readText(text));
    expect(problem).toMatchObject({ code, at });
    expect(problem.wanted).toMatch(wanted);
    expect(problem.message).toBe(
      `${code}: GENVITALS_MASK: ${at}: wanted ${problem.wanted}, got ${problem.came}; ${problem.message.split('; ').at(-1)}`,
    );
    expect(problem.message).toContain('; no content is captured: ');
  });

  test.each([
    ['(?=KD)\\d', 'a pattern without lookahead or lookbehind'],
    ['(KD)\\1', 'a pattern without a backreference'],
    ['KD-(\\d', 'a regular expression'],
    ['\\-', 'a regular expression'],
    ['a{1,2000}', 'a pattern without a count above 1000'],
    ['\\d*', 'a pattern that needs a character'],
    ['(?i)', 'a pattern that needs a character'],
    ['(a+)+b', 'no + or * over a group with another one in it'],
    ['((?:a*)b?)*c', 'no + or * over a group with another one in it'],
    ['(?:a|a)+b', 'a pattern that is quick on any text'],
    ['(?:a?){30}a{30}b', 'a pattern that is quick on any text'],
    ['\\w+\\w+\\w+-KD', 'a pattern that is quick on any text'],
    ['x'.repeat(1_001), 'a pattern of at most 1000 characters'],
  ])('with the pattern %s', (pattern, wanted) => {
    const file = JSON.stringify({ patterns: [customer, { name: 'own', pattern }] });
    const problem = problemOf(readText(file));
    expect(problem).toMatchObject({
      code: 'MASK_PATTERN_REFUSED',
      at: `${path}: patterns[1].pattern`,
      wanted,
    });
    expect(problem.came).not.toBe('');
    expect(problem.message.length).toBeLessThan(path.length + 400);
  });

  test('as it is not there, a folder, or too large', () => {
    const missing = join(folder, 'none.json');
    expect(problemOf(readMask({ by: 'file', path: missing }))).toMatchObject({
      code: 'MASK_UNREADABLE',
      at: missing,
      came: 'ENOENT',
    });
    expect(problemOf(readMask({ by: 'file', path: folder }))).toMatchObject({ came: 'EISDIR' });
    expect(problemOf(readText(' '.repeat(1_048_577)))).toMatchObject({ came: '1048577 bytes' });
  });
});

describe('the setting', () => {
  function mask(value: string | undefined): ReturnType<typeof readOptions> {
    return readOptions({ GENVITALS_MASK: value });
  }

  test('is the default patterns unless said otherwise', () => {
    for (const value of [undefined, '', 'default', 'DEFAULT']) {
      const { values, problems } = mask(value);
      expect(problems).toEqual([]);
      const result = readMask(values.mask);
      expect(result.isUsable && result.patterns).toHaveLength(Object.keys(contentPatterns).length);
    }
  });

  test('is no patterns only by the word off', () => {
    expect(readMask(mask('off').values.mask)).toEqual({ isUsable: true, patterns: [] });
    for (const value of ['0', 'false', 'no', '1', 'on']) {
      const { values, problems } = mask(value);
      expect(values.mask).toEqual({ by: 'default' });
      expect(problems.map(({ code }) => code)).toEqual(['OPTION_INVALID']);
    }
  });

  test.each(['none', 'masks/', './mask.json'])('takes %s for a file, which is not there', (value) => {
    expect(readMask(mask(value).values.mask).isUsable).toBe(false);
  });
});
