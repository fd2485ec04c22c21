import type { RequestContent } from '../endpoint.ts';
import { fieldOf } from './plain-data.ts';
import { readPlainTexts } from './plain-texts.ts';

/** The texts that are embedded. What comes back are numbers, and no content. */
export function readEmbeddingsRequest(params: unknown): RequestContent {
  const inputMessages = readPlainTexts(fieldOf(params, 'input'));
  return inputMessages.length > 0 ? { inputMessages } : {};
}
