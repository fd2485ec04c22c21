import type {
  AnyValue,
  CallContent,
  ContentPattern,
  Message,
  MessagePart,
  ToolDefinition,
} from '@genvitals/conventions';
import { changeContent } from './change-content.ts';
import { markFrom, TOO_DEEP } from './cut-text.ts';

/** A pattern that is ready to be looked for. */
export interface MaskPattern extends Pick<ContentPattern, 'placeholder' | 'needs' | 'accept' | 'toSame'> {
  /** With the flag `g`. */
  readonly regExp: RegExp;
}

/** Masks the texts of one call: a value that comes again gets the number it had. */
export interface Masker {
  mask(text: string): string;
}

/** Twice what the limits let through, so that masks that shorten a text do not empty it. */
const CHARS_A_TEXT = 65_536;
/** Not masked in part: what begins so near to the cut might be the half of something. */
const CHARS_BEFORE_CUT = 4_096;
/** What one call may cost at most; the limits let half of it through. */
const CHARS_A_CALL = 524_288;

/** Raw text at even places, placeholders at odd ones: no pattern sees what another one has put in. */
type Pieces = readonly string[];

function isHighSurrogate(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800;
}

function splitBy(pattern: MaskPattern, text: string, numberOf: (value: string) => string): Pieces {
  const { regExp, accept, needs } = pattern;
  if (needs !== undefined && !text.includes(needs)) return [text];
  const pieces: string[] = [];
  // What follows a value is searched as a text of its own: another one may follow without a gap.
  let rest = text;
  regExp.lastIndex = 0;
  for (let found = regExp.exec(rest); found !== null; found = regExp.exec(rest)) {
    const { 0: match, index } = found;
    const length = accept?.(match, rest.slice(Math.max(0, index - 2), index)) ?? match.length;
    if (length > 0) {
      pieces.push(rest.slice(0, index), numberOf(match.slice(0, length)));
      rest = rest.slice(index + length);
    }
    regExp.lastIndex = length > 0 ? 0 : index + 1;
  }
  pieces.push(rest);
  return pieces;
}

/** @param patterns in the order in which they take; without any, a text stays as it is, if not as long */
export function createMasker(patterns: readonly MaskPattern[]): Masker {
  const numbers = new Map<string, number>();
  const counts = new Map<string, number>();
  let charsLeft = CHARS_A_CALL;

  function placeholderOf({ placeholder, toSame }: MaskPattern, value: string): string {
    const key = `${placeholder} ${toSame === undefined ? value : toSame(value)}`;
    let number = numbers.get(key);
    if (number === undefined) {
      number = (counts.get(placeholder) ?? 0) + 1;
      counts.set(placeholder, number);
      numbers.set(key, number);
    }
    return `<${placeholder}_${number}>`;
  }

  function maskPieces(text: string): Pieces {
    let pieces: Pieces = [text];
    for (const pattern of patterns) {
      pieces = pieces.flatMap((piece, index) =>
        index % 2 === 1 ? [piece] : splitBy(pattern, piece, (value) => placeholderOf(pattern, value)),
      );
    }
    return pieces;
  }

  /** What is left out here would mostly be cut by the limits, so nobody waits for its masks. */
  function maskBeginning(text: string, chars: number): string {
    const pieces = maskPieces(text.slice(0, chars));
    const last = pieces.at(-1) ?? '';
    let kept = Math.max(0, last.length - CHARS_BEFORE_CUT);
    if (kept > 0 && isHighSurrogate(last, kept - 1)) kept--;
    const beginning = pieces.slice(0, -1).join('') + last.slice(0, kept);
    return beginning + markFrom(text, chars - last.length + kept);
  }

  return {
    mask(text) {
      const chars = Math.min(text.length, CHARS_A_TEXT, charsLeft);
      charsLeft -= chars;
      return chars < text.length ? maskBeginning(text, chars) : maskPieces(text).join('');
    },
  };
}

/** Words of the conventions, such as types and roles: no value that a mask is for looks like one. */
const WORD = /^[a-z][a-z_.]{0,39}$/;
const HASH = /^sha256:[0-9a-f]{64}$/;
/** What is nested deeper than this is left out: whoever walks it next might not come back. */
const MAX_DEPTH = 64;

type Mask = (text: string) => string;

/** A value with every text in it masked, and numbers that a pattern takes; keys of objects stay. */
export function maskValue(value: AnyValue, mask: Mask, depth = 0): AnyValue {
  if (typeof value === 'string') return mask(value);
  if (typeof value === 'number') {
    const text = String(value);
    const masked = mask(text);
    return masked === text ? value : masked;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return TOO_DEEP;
  if (Array.isArray(value)) return value.map((each: AnyValue) => maskValue(each, mask, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, maskValue(each, mask, depth + 1)]),
  );
}

function maskWord(word: string, mask: Mask): string {
  return WORD.test(word) ? word : mask(word);
}

/** Properties that say what a part is are words; all others are what somebody wrote. */
const WORD_KEYS: ReadonlySet<string> = new Set(['type', 'modality']);

function maskProperty(key: string, value: AnyValue, mask: Mask): AnyValue {
  if (typeof value !== 'string') return maskValue(value, mask);
  if (WORD_KEYS.has(key)) return maskWord(value, mask);
  return HASH.test(value) ? value : mask(value);
}

function maskObject<Shape extends MessagePart | ToolDefinition>(object: Shape, mask: Mask): Shape {
  const entries = Object.entries(object) as [string, AnyValue][];
  return Object.fromEntries(entries.map(([key, value]) => [key, maskProperty(key, value, mask)])) as Shape;
}

function maskMessage(message: Message, mask: Mask): Message {
  const { role, name, parts } = message;
  return {
    role: maskWord(role, mask),
    parts: parts.map((part) => maskObject(part, mask)),
    ...(name === undefined ? {} : { name: mask(name) }),
  };
}

/**
 * The same content with every text in it masked: contents, arguments and results of tools in all their depth,
 * names, ids, URIs, and numbers that a pattern takes. Keys of objects stay. The argument is not changed. Throws
 * what `mask` throws.
 */
export function maskContent(content: CallContent, mask: (text: string) => string): CallContent {
  return changeContent(content, {
    parts: (parts) => parts.map((part) => maskObject(part, mask)),
    input: (messages) => messages.map((message) => maskMessage(message, mask)),
    output: (messages) =>
      messages.map((message) => ({
        ...maskMessage(message, mask),
        finish_reason: maskWord(message.finish_reason, mask),
      })),
    tools: (tools) => tools.map((tool) => maskObject(tool, mask)),
  });
}
