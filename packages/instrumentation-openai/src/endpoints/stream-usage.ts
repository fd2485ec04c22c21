import type { StreamUsage } from '../endpoint.ts';
import type { Choices } from './choices.ts';

interface StreamParams {
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
}

/**
 * Chat and legacy completions send a stream's usage only to those who ask: in one chunk more, which has no choices,
 * and as `usage: null` in all others.
 */
export const includedUsage: StreamUsage<StreamParams, Choices> = {
  ask(params) {
    // Who says `include_usage: false` may know a server that refuses it.
    if (params.stream !== true || params.stream_options?.include_usage !== undefined) return undefined;
    return { ...params, stream_options: { ...params.stream_options, include_usage: true } };
  },
  strip(chunk) {
    if (chunk.usage === null) delete chunk.usage;
    // Some servers leave the list out where it would be empty; no app expects that of a chunk.
    return chunk.usage === undefined || (Array.isArray(chunk.choices) && chunk.choices.length > 0);
  },
};
