import { attributes } from '@genvitals/conventions';
import type { Usage } from './endpoint.ts';

export const TOKEN_KINDS = attributes.tokenKind.values;

export type TokenKind = (typeof TOKEN_KINDS)[number];

/** Token counts that do not overlap; they sum to input + output. */
export type TokenParts = Readonly<Record<TokenKind, number>>;

/** A count as a server may send it: anything that is not a whole number >= 0 is no count. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function toCount(value: unknown): number {
  return isCount(value) && value !== 0 ? value : 0;
}

/** Usage as it came; undefined where not even the input is a count. */
export function checkUsage(usage: Usage | undefined): Usage | undefined {
  return isCount(usage?.input) ? usage : undefined;
}

/** Why what a usage costs is no more than a guess; undefined where it is none. */
export function doubtOf(usage: Usage): 'usage_missing' | 'cache_mixed' | undefined {
  // Some servers leave their output out, or have no number for it.
  if ('output' in usage && !isCount(usage.output)) return 'usage_missing';
  const other = toCount(usage.audioInput) + toCount(usage.imageInput);
  const isMixed = other > 0 && toCount(usage.cacheRead) > usage.input - other;
  return isMixed ? 'cache_mixed' : undefined;
}

/**
 * Splits totals into parts that do not overlap. A detail larger than what is left of its total is cut,
 * so that the parts always sum to what the provider said in total, whatever the details claim.
 */
export function toTokenParts(usage: Usage): TokenParts {
  let input = toCount(usage.input);
  const takeInput = (value: unknown): number => {
    const part = Math.min(toCount(value), input);
    input -= part;
    return part;
  };
  let output = toCount(usage.output);
  const takeOutput = (value: unknown): number => {
    const part = Math.min(toCount(value), output);
    output -= part;
    return part;
  };
  const cache_read = takeInput(usage.cacheRead);
  const cache_write = takeInput(usage.cacheWrite);
  const audio_input = takeInput(usage.audioInput);
  const image_input = takeInput(usage.imageInput);
  const reasoning = takeOutput(usage.reasoning);
  const audio_output = takeOutput(usage.audioOutput);
  const image_output = takeOutput(usage.imageOutput);
  return {
    input,
    cache_read,
    cache_write,
    output,
    reasoning,
    audio_input,
    audio_output,
    image_input,
    image_output,
  };
}
