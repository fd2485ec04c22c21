import { hashText } from './random.ts';

/**
 * Pieces about as long as the tokens of a real tokenizer: short words with their leading space, groups of three
 * digits, punctuation. Every character is in exactly one piece, so the pieces joined are the text again.
 */
const wordPieces = / ?\p{L}+| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\s+/gu;

const beyondAscii = /[^\s\x20-\x7e]/u;

/** Cuts a run into pieces that never split a surrogate pair. */
function cutRun(run: string): readonly string[] {
  if (!beyondAscii.test(run)) {
    if (run.length <= 9) return [run];
    const cut: string[] = [];
    for (let from = 0; from < run.length; from += 6) cut.push(run.slice(from, from + 6));
    return cut;
  }
  const points = Array.from(run);
  const cut: string[] = [];
  for (let from = 0; from < points.length; from += 3) cut.push(points.slice(from, from + 3).join(''));
  return cut;
}

/** The pieces one by one, so that a prompt of 64 MiB need not stand in memory twice. */
function* eachToken(text: string): Generator<string> {
  for (const match of text.matchAll(wordPieces)) yield* cutRun(match[0]);
}

export function toTokens(text: string): string[] {
  return [...eachToken(text)];
}

export function countTokens(text: string): number {
  let count = 0;
  for (const match of text.matchAll(wordPieces)) {
    const run = match[0];
    if (!beyondAscii.test(run)) count += run.length <= 9 ? 1 : Math.ceil(run.length / 6);
    else count += Math.ceil(Array.from(run).length / 3);
  }
  return count;
}

/** The prompt's first `tokens` tokens, known by a hash: what a prompt cache recognises. */
export interface PromptPrefix {
  readonly tokens: number;
  readonly hash: number;
}

export interface PromptMeasure {
  readonly tokens: number;
  /** At 1,024 tokens and every 128 after that; the last one is shorter than the whole prompt. */
  readonly prefixes: readonly PromptPrefix[];
}

/** A part of the prompt as the model sees it: its text, and tokens that have no text (images, audio). */
export interface PromptPart {
  readonly text: string;
  readonly extraTokens: number;
}

const cacheMinimumTokens = 1024;
const cacheStepTokens = 128;

export function measurePrompt(parts: readonly PromptPart[]): PromptMeasure {
  let tokens = 0;
  let hash = 0;
  const prefixes: PromptPrefix[] = [];
  for (const part of parts) {
    for (const token of eachToken(part.text)) {
      if (tokens >= cacheMinimumTokens && tokens % cacheStepTokens === 0) prefixes.push({ tokens, hash });
      hash = hashText(token, hash % 4_294_967_296);
      tokens += 1;
    }
    // Tokens without text move the count on; the part's own text (a link, a hash) is in the hash already.
    for (let extra = 0; extra < part.extraTokens; extra += 1) {
      if (tokens >= cacheMinimumTokens && tokens % cacheStepTokens === 0) prefixes.push({ tokens, hash });
      tokens += 1;
    }
  }
  return { tokens, prefixes };
}
