import type { NamesMode } from '../attributes/attribute-row.ts';
import { attributes } from '../attributes/index.ts';

/** The value of an option is none that it may have. */
export class OptionError extends Error {
  readonly code = 'OPTION_INVALID';
  readonly wanted: string;
  readonly came: string;

  /** @param shown how a message tells what came, where it is not to be quoted */
  constructor(wanted: string, came: string, shown = JSON.stringify(shorten(came))) {
    super(`wanted ${wanted}, got ${shown}`);
    this.name = 'OptionError';
    this.wanted = wanted;
    this.came = came;
  }
}

const SHOWN_CHARS = 80;

function shorten(text: string): string {
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

function parseChoice<Choice extends string>(choices: readonly Choice[], text: string): Choice {
  const wanted = text.toLowerCase();
  const choice = choices.find((each) => each === wanted);
  if (choice !== undefined) return choice;
  throw new OptionError(`${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`, text);
}

const NAMES_MODES: readonly NamesMode[] = ['v1.41', 'latest', 'dup'];

export function parseNamesMode(text: string): NamesMode {
  return parseChoice(NAMES_MODES, text);
}

/** `auto` leaves the decision to what is found at run time. */
export type Switch = 'auto' | 'on' | 'off';

const SWITCHES: readonly Switch[] = ['auto', 'on', 'off'];

export function parseSwitch(text: string): Switch {
  return parseChoice(SWITCHES, text);
}

/** How the ids of an app's users are written. */
export type UserIdMode = 'auto' | 'raw' | 'hmac' | 'off';

const USER_ID_MODES: readonly UserIdMode[] = ['auto', 'raw', 'hmac', 'off'];

export function parseUserIdMode(text: string): UserIdMode {
  return parseChoice(USER_ID_MODES, text);
}

const TRUE_WORDS: ReadonlySet<string> = new Set(['1', 'true', 'on', 'yes']);
const FALSE_WORDS: ReadonlySet<string> = new Set(['0', 'false', 'off', 'no']);

export function parseFlag(text: string): boolean {
  const word = text.toLowerCase();
  if (TRUE_WORDS.has(word)) return true;
  if (FALSE_WORDS.has(word)) return false;
  throw new OptionError('1 or 0 (true, on, yes; false, off, no)', text);
}

/** Where the line per call goes. */
export type CallLog =
  | { readonly to: 'off' | 'stderr' | 'stdout' }
  | { readonly to: 'file'; readonly path: string };

const CALL_LOG_STREAMS: readonly ('off' | 'stderr' | 'stdout')[] = ['off', 'stderr', 'stdout'];
/** A path ends in a name; and whoever writes `1` means no file of that name. */
const NOT_A_FILE = /[/\\]$|^\.{1,2}$/;

function isFile(text: string): boolean {
  const word = text.toLowerCase();
  return !NOT_A_FILE.test(text) && !TRUE_WORDS.has(word) && !FALSE_WORDS.has(word);
}

/** @returns undefined for `off` */
export function parseFile(text: string): string | undefined {
  if (text.toLowerCase() === 'off') return undefined;
  if (!isFile(text)) throw new OptionError('off or the path of a file', text);
  return text;
}

/** Whoever writes `1` means no directory of that name. */
export function parseDirectory(text: string): string {
  const word = text.toLowerCase();
  if (TRUE_WORDS.has(word) || FALSE_WORDS.has(word)) throw new OptionError('the path of a directory', text);
  return text;
}

export function parseCallLog(text: string): CallLog {
  const word = text.toLowerCase();
  const stream = CALL_LOG_STREAMS.find((each) => each === word);
  if (stream !== undefined) return { to: stream };
  if (!isFile(text)) {
    throw new OptionError('off, stderr, stdout or the path of a file', text);
  }
  return { to: 'file', path: text };
}

/** @returns undefined for `*` */
export function parseNames(text: string): readonly string[] | undefined {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new OptionError('* or names with commas between', text);
  return names.includes('*') ? undefined : names;
}

/** Where content goes. */
export type CaptureMode = (typeof attributes.captureMode.values)[number];

const CAPTURE_MODES: readonly CaptureMode[] = attributes.captureMode.values;

/** OpenTelemetry's words in any case, and the flag that they were before: content leaves by no other word. */
export function parseCaptureMode(text: string): CaptureMode {
  const word = text.toLowerCase();
  if (word === 'true') return 'SPAN_AND_EVENT';
  if (word === 'false') return 'NO_CONTENT';
  const mode = CAPTURE_MODES.find((each) => each.toLowerCase() === word);
  if (mode !== undefined) return mode;
  throw new OptionError('NO_CONTENT, SPAN_ONLY, EVENT_ONLY or SPAN_AND_EVENT (true, false)', text);
}

export function parseFraction(text: string): number {
  const fraction = Number(text);
  if (fraction >= 0 && fraction <= 1) return fraction;
  throw new OptionError('a number from 0 to 1', text);
}

/** @returns undefined for `off`, else the address without a slash at its end */
export function parseAddress(text: string): string | undefined {
  if (text.toLowerCase() === 'off') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isAddress = (url?.protocol === 'http:' || url?.protocol === 'https:') && url.username === '';
  // What is no address may be a token that stands in the wrong place.
  if (!isAddress || url.search !== '')
    throw new OptionError('off or an address such as http://judge:4390', 'something else', 'something else');
  return text.replace(/\/+$/, '');
}

/** Any text but `off` is one, and no message shows it. */
export function parseSecret(text: string): string | undefined {
  return text.toLowerCase() === 'off' ? undefined : text;
}

/** The shortest secret that a signature may hang on. */
export const MIN_SIGNING_KEY_CHARS = 16;

/** A secret that outsiders have signatures of, so that it must not be guessed; no message shows it. */
export function parseLongSecret(text: string): string | undefined {
  if (text.toLowerCase() === 'off') return undefined;
  if (text.length < MIN_SIGNING_KEY_CHARS)
    throw new OptionError(
      `off or a secret of at least ${MIN_SIGNING_KEY_CHARS} characters`,
      'something else',
      `one of ${text.length}`,
    );
  return text;
}

const MAX_DAYS = 3650;

export function parseDays(text: string): number {
  const days = Number(text);
  if (days > 0 && days <= MAX_DAYS) return days;
  throw new OptionError(`a number of days above 0, at most ${MAX_DAYS}`, text);
}

/** Where the patterns come from by which content is masked. */
export type MaskSource = { readonly by: 'default' | 'off' } | { readonly by: 'file'; readonly path: string };

/**
 * Only the word `off` means no masks. Any other word that is no path is an error, so that the default holds; what
 * could be a path is one, as a file that is not there leads to no content at all.
 */
export function parseMask(text: string): MaskSource {
  const word = text.toLowerCase();
  if (word === 'default' || word === 'off') return { by: word };
  if (TRUE_WORDS.has(word) || FALSE_WORDS.has(word)) {
    throw new OptionError('default, off or the path of a file', text);
  }
  return { by: 'file', path: text };
}
