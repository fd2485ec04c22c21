import { patternTokens, re2Problem } from '@genvitals/conventions';

/** How far `+`, `*` and `{n,}` reach: without an end they would look for minutes through a text without a gap. */
const REACH = 256;
const MAX_LENGTH = 1_000;
const IGNORE_CASE = '(?i)';

function isEndless(token: string): boolean {
  return token === '*' || token === '+' || /^\{\d+,\}$/.test(token);
}

function withEnd(token: string): string {
  if (token === '+') return `{1,${REACH}}`;
  if (token === '*') return `{0,${REACH}}`;
  const [least = 0] = token.match(/\d+/g)?.map(Number) ?? [];
  return `{${least},${Math.max(least, REACH)}}`;
}

/** Whether something endless is repeated without an end, as in `(a+)+`: the ways to match double with each letter. */
function hasEndlessInEndless(tokens: readonly string[]): boolean {
  const groups: boolean[] = [];
  let closed = false;
  for (const token of tokens) {
    const endless = isEndless(token);
    if (endless && closed) return true;
    closed = false;
    if (token === '(' || token === '(?:') groups.push(false);
    else if (token === ')') closed = groups.pop() ?? false;
    if ((endless || closed) && groups.length > 0) groups[groups.length - 1] = true;
  }
  return false;
}

const PROBE_LENGTH = 1_000;
const PROBE_MS = 250;
const ANY_LETTERS = ['a', 'A', '1', ' ', '-', '_', 'ä'];

/** Texts that a pattern would have a hard time with: its own letters over and over, and an end that does not fit. */
function probes(pattern: string): readonly string[] {
  const own = Array.from(pattern.replace(/\\[a-zA-Z]/g, '').replace(/[\\()[\]{}|*+?^$,]/g, ''));
  const letters = [...new Set([...own, ...ANY_LETTERS])].slice(0, 40);
  return [...letters, own.join('') || 'a', `${own.join('')} `].map(
    (unit) => `${unit.repeat(Math.ceil(PROBE_LENGTH / unit.length))}\u0000`,
  );
}

/** Runs a pattern where it can be stopped, which nothing can do later. */
function isSlow(regExp: RegExp, pattern: string): boolean {
  const vm = globalThis.process?.getBuiltinModule?.('node:vm');
  if (vm === undefined) return true;
  try {
    const { source, flags } = regExp;
    const probed = { texts: probes(pattern), regExp: new RegExp(source, flags) };
    vm.runInNewContext('for (const text of texts) text.match(regExp)', probed, { timeout: PROBE_MS });
    return false;
  } catch {
    return true;
  }
}

/** What is wrong with a pattern of the user's own, or the regular expression (flag `g`) that looks for it. */
export function checkPattern(
  text: string,
): { readonly regExp: RegExp } | { readonly wanted: string; readonly came?: string } {
  if (text.length > MAX_LENGTH) return { wanted: `a pattern of at most ${MAX_LENGTH} characters` };
  const pattern = text.startsWith(IGNORE_CASE) ? text.slice(IGNORE_CASE.length) : text;
  const problem = re2Problem(pattern);
  if (problem !== undefined) return { wanted: `a pattern without ${problem}` };
  const flags = pattern === text ? 'gu' : 'giu';
  const tokens = patternTokens(pattern);
  let regExp: RegExp;
  try {
    void new RegExp(pattern, flags);
    regExp = new RegExp(tokens.map((token) => (isEndless(token) ? withEnd(token) : token)).join(''), flags);
  } catch (error) {
    const came = error instanceof Error ? error.message : String(error);
    return { wanted: 'a regular expression', came };
  }
  if (new RegExp(`^(?:${regExp.source})$`, 'u').test(''))
    return { wanted: 'a pattern that needs a character' };
  if (hasEndlessInEndless(tokens)) return { wanted: 'no + or * over a group with another one in it' };
  if (isSlow(regExp, pattern)) return { wanted: 'a pattern that is quick on any text' };
  return { regExp };
}
