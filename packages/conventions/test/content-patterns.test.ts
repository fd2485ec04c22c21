import { describe, expect, test } from 'vitest';
import { type ContentPattern, contentPatterns, re2Problem } from '../src/index.ts';
import { fittingLength, hasIbanDigits, hasLuhnDigit } from '../src/check-digits.ts';

const rows: readonly (readonly [string, ContentPattern])[] = Object.entries(contentPatterns);

describe('the patterns of content', () => {
  test.each(rows)('%s is a pattern that JavaScript and RE2 both know', (_, { pattern }) => {
    expect(() => new RegExp(pattern, 'gu')).not.toThrow();
    expect(re2Problem(pattern)).toBeUndefined();
  });

  test.each(rows)('%s takes its own example', (_, { pattern, accept, example, needs = '' }) => {
    const [match = ''] = new RegExp(pattern, 'u').exec(example) ?? [];
    expect(match).not.toBe('');
    expect(match).toContain(needs);
    expect(accept?.(match, '') ?? match.length).toBe(match.length);
  });

  test.each(rows)('%s has a placeholder of capital letters', (_, { placeholder }) => {
    expect(placeholder).toMatch(/^[A-Z][A-Z_]*$/);
  });
});

describe('what RE2 does not know', () => {
  test.each([
    ['(?=a)b', 'lookahead or lookbehind'],
    ['(?<!a)b', 'lookahead or lookbehind'],
    ['(a)\\1', 'a backreference'],
    ['(?<name>a)', 'a group that is neither ( nor (?:'],
    ['\\u0041', 'an escape of a character; write the character itself'],
    ['[\\u0041]', 'an escape of a character in a class; write the character itself'],
    ['a{2,1001}', 'a count above 1000'],
    ['[^]', 'an empty class'],
    ['\\p{Script=Greek}', 'a class of Unicode that is no category of one or two letters'],
  ])('%s: %s', (pattern, problem) => {
    expect(re2Problem(pattern)).toBe(problem);
  });

  test.each(['KD-\\d{6}', '\\p{Lu}{2}', '[(?=]', '\\(\\?=', '(?:a|b)+', '[^\\s\\]]{1,1000}'])(
    '%s is known',
    (pattern) => {
      expect(re2Problem(pattern)).toBeUndefined();
    },
  );
});

describe('check digits', () => {
  test.each(['4111111111111111', '5555 5555 5555 4444', '3782-822463-10005', '6011.1111.1111.1117'])(
    '%s has the digit of Luhn',
    (number) => expect(hasLuhnDigit(number)).toBe(true),
  );

  test.each(['4111111111111112', '5555 5555 5555 4445', '4111111111a1111'])('%s has not', (number) =>
    expect(hasLuhnDigit(number)).toBe(false),
  );

  test.each(['GB82 WEST 1234 5698 7654 32', 'DE89370400440532013000', 'fr14 2004 1010 0505 0001 3m02 606'])(
    '%s has the digits of an IBAN',
    (iban) => expect(hasIbanDigits(iban)).toBe(true),
  );

  test.each(['GB82 WEST 1234 5698 7654 33', 'DE88370400440532013000'])('%s has not', (iban) =>
    expect(hasIbanDigits(iban)).toBe(false),
  );

  test('groups that follow a number are left out until it fits', () => {
    const lengths = { least: 13, most: 19 };
    expect(fittingLength('4111 1111 1111 1111 123', lengths, hasLuhnDigit)).toBe(19);
    expect(fittingLength('4111 1111 1111 1112', lengths, hasLuhnDigit)).toBe(0);
    expect(fittingLength('', lengths, hasLuhnDigit)).toBe(0);
  });
});
