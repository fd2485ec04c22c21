import {
  type ContentPattern,
  contentPatterns,
  type MaskErrorCode,
  maskErrors,
  type MaskSource,
  options,
} from '@genvitals/conventions';
import type { MaskPattern } from './masking.ts';
import { checkPattern } from './pattern-check.ts';

/** Why there are no patterns. */
export interface MaskProblem {
  readonly code: MaskErrorCode;
  /** The file, and the place in it: `mask.json: patterns[0].name`. */
  readonly at: string;
  readonly wanted: string;
  readonly came: string;
  /** The whole story in one sentence, with what to do. */
  readonly message: string;
}

/** The patterns to mask by; without them there is nothing to mask with, and so nothing to capture. */
export type MaskResult =
  | { readonly isUsable: true; readonly patterns: readonly MaskPattern[] }
  | { readonly isUsable: false; readonly problem: MaskProblem };

/** A place of the file that is not as it should be, until it gets to who knows the path. */
class Mismatch extends Error {
  readonly code: MaskErrorCode;
  readonly place: string;
  readonly wanted: string;
  readonly came: string;

  constructor(code: MaskErrorCode, place: string, wanted: string, came: string) {
    super(wanted);
    this.code = code;
    this.place = place;
    this.wanted = wanted;
    this.came = came;
  }
}

const ENV = options.mask.env;
const SHOWN_CHARS = 60;
const MAX_FILE_BYTES = 1_048_576;
const MAX_PATTERNS = 100;
const NAME = /^[a-z][a-z0-9_]{0,39}$/;

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

function invalid(place: string, wanted: string, value: unknown): Mismatch {
  return new Mismatch('MASK_INVALID', place, wanted, show(value));
}

function readObject(value: unknown, place: string, keys: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(place, `an object with ${keys.join(' and ')}`, value);
  }
  const stray = Object.keys(value).find((key) => !keys.includes(key));
  if (stray !== undefined) throw invalid(place, `nothing but ${keys.join(' and ')}`, stray);
  return value as Record<string, unknown>;
}

function readPattern(value: unknown, place: string): MaskPattern {
  const { name, pattern } = readObject(value, place, ['name', 'pattern']);
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw invalid(`${place}.name`, 'a name of up to 40 small letters, digits and _', name);
  }
  if (typeof pattern !== 'string' || pattern === '') {
    throw invalid(`${place}.pattern`, 'a regular expression', pattern);
  }
  const checked = checkPattern(pattern);
  if ('regExp' in checked) return { placeholder: name.toUpperCase(), regExp: checked.regExp };
  const { wanted, came } = checked;
  throw new Mismatch('MASK_PATTERN_REFUSED', `${place}.pattern`, wanted, came ?? show(pattern));
}

function readFile(path: string): string {
  const fs = globalThis.process?.getBuiltinModule?.('node:fs');
  if (fs === undefined) throw new Mismatch('MASK_UNREADABLE', '', 'a file', 'a runtime without files');
  try {
    const { size } = fs.statSync(path);
    if (size > MAX_FILE_BYTES) {
      throw new Mismatch('MASK_UNREADABLE', '', `a file of at most ${MAX_FILE_BYTES} bytes`, `${size} bytes`);
    }
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Mismatch) throw error;
    const came = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Mismatch('MASK_UNREADABLE', '', 'a file', came);
  }
}

function parseJson(text: string): unknown {
  try {
    // Some editors begin a file with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const came = error instanceof Error ? error.message : String(error);
    throw new Mismatch('MASK_NOT_JSON', '', 'JSON', came.split('\n', 1)[0] ?? '');
  }
}

function compile(row: ContentPattern): MaskPattern {
  return { ...row, regExp: new RegExp(row.pattern, 'gu') };
}

function defaultPatterns(): readonly MaskPattern[] {
  return Object.values(contentPatterns).map(compile);
}

/** Those of the file come first: they know better what a number is. */
function readPatterns(path: string): readonly MaskPattern[] {
  const file = readObject(parseJson(readFile(path)), '', ['patterns', 'default']);
  const { patterns = [], default: hasDefault = true } = file;
  if (!Array.isArray(patterns) || patterns.length > MAX_PATTERNS) {
    throw invalid('patterns', `a list of at most ${MAX_PATTERNS} patterns`, patterns);
  }
  if (typeof hasDefault !== 'boolean') throw invalid('default', 'true or false', hasDefault);
  if (patterns.length === 0 && !hasDefault) {
    throw invalid('patterns', `a pattern, where default is false (${ENV}=off is for no masks)`, patterns);
  }
  const own = patterns.map((each: unknown, index) => readPattern(each, `patterns[${index}]`));
  return hasDefault ? [...own, ...defaultPatterns()] : own;
}

/**
 * The patterns that the setting asks for, ready to be looked for. Reads a file, so not for the hot path: once a
 * process. Never throws: whatever is wrong with a file leads to a problem and to no patterns.
 */
export function readMask(mask: MaskSource): MaskResult {
  if (mask.by !== 'file') {
    return { isUsable: true, patterns: mask.by === 'off' ? [] : defaultPatterns() };
  }
  try {
    return { isUsable: true, patterns: readPatterns(mask.path) };
  } catch (error) {
    const { code, place, wanted, came } =
      error instanceof Mismatch
        ? error
        : new Mismatch('MASK_INVALID', '', 'a file of patterns', String(error));
    const at = place === '' ? mask.path : `${mask.path}: ${place}`;
    const message = `${code}: ${ENV}: ${at}: wanted ${wanted}, got ${came}; no content is captured: ${maskErrors[code].remedy}`;
    return { isUsable: false, problem: { code, at, wanted, came, message } };
  }
}
