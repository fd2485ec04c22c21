import type { ImagesResponse } from 'openai/resources/images';
import type { Usage } from '../endpoint.ts';
import type { FinalEvent } from './final-event.ts';

interface InputDetails {
  readonly image_tokens?: number;
  readonly cached_tokens?: number;
}

interface OutputDetails {
  readonly image_tokens?: number;
}

interface TokenCounts {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly input_tokens_details?: InputDetails | null | undefined;
  readonly output_tokens_details?: OutputDetails | null | undefined;
}

/** Pictures that were answered at once, or the last event of a stream of them. No answer names its model. */
export interface Images extends FinalEvent<TokenCounts> {
  readonly svg_usage?: ImagesResponse.SvgUsage | null | undefined;
}

/** All that is put out is pictures, unless the answer breaks it down. */
export function imageUsage({ usage }: Images): Usage | undefined {
  if (usage === null || usage === undefined) return undefined;
  const input = usage.input_tokens_details;
  return {
    input: usage.input_tokens,
    output: usage.output_tokens,
    cacheRead: input?.cached_tokens,
    imageInput: input?.image_tokens,
    imageOutput: usage.output_tokens_details?.image_tokens ?? usage.output_tokens,
  };
}

/** A drawing's text is made by another model, and billed beside the usage. */
export function drawingCalls({ svg_usage }: Images): Readonly<Record<string, number>> | undefined {
  return svg_usage ? { svg: 1 } : undefined;
}
