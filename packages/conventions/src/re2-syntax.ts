/** An escape, a class, the beginning of a group, a count, or one character. */
const TOKENS = /\\p\{[^}]*\}|\\.|\[\^?(?:\\.|[^\]\\])*\]|\(\?(?:<[=!]|.)|\{\d+(?:,\d*)?\}|./gsu;

const MOST = 1_000;

interface Ban {
  readonly token: RegExp;
  readonly problem: string;
}

const BANS: readonly Ban[] = [
  { token: /^\(\?(?:[=!]|<[=!])$/, problem: 'lookahead or lookbehind' },
  { token: /^\(\?[^:]$/, problem: 'a group that is neither ( nor (?:' },
  { token: /^\\(?:[1-9]|k)$/, problem: 'a backreference' },
  { token: /^\\[cu0]$/, problem: 'an escape of a character; write the character itself' },
  { token: /^\[\^?\].*$/s, problem: 'an empty class' },
  {
    token: /^\[.*\\[cu0b].*\]$/s,
    problem: 'an escape of a character in a class; write the character itself',
  },
  {
    token: /^\\p(?!\{[A-Z][a-z]?\}$)|^\\P/,
    problem: 'a class of Unicode that is no category of one or two letters',
  },
];

function isTooHigh(token: string): boolean {
  return token.startsWith('{') && (token.match(/\d+/g) ?? []).some((count) => Number(count) > MOST);
}

function problemOf(token: string): string | undefined {
  if (isTooHigh(token)) return `a count above ${MOST}`;
  return BANS.find((ban) => ban.token.test(token))?.problem;
}

/** The parts of a regular expression, as they follow each other. */
export function patternTokens(pattern: string): readonly string[] {
  return pattern.match(TOKENS) ?? [];
}

/**
 * What in a pattern RE2 does not know, or reads other than JavaScript with the flag `u` does; undefined where
 * nothing is. Whether JavaScript knows it is not asked.
 */
export function re2Problem(pattern: string): string | undefined {
  for (const token of patternTokens(pattern)) {
    const problem = problemOf(token);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
