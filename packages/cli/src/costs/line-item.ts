import type { PriceQuery } from '@genvitals/pricing';

/** The kind of token that a line item is of, by pricing's names. */
export type BilledKind = keyof NonNullable<PriceQuery['tokens']>;

/** What the name of a line item says. */
export interface LineItemName {
  /** Undefined where it is of no model's calls: tools, storage, what other products of OpenAI did. */
  readonly model: string | undefined;
  readonly kind: BilledKind | undefined;
  readonly isTool: boolean;
}

const KINDS: Readonly<Record<string, BilledKind>> = {
  'text input': 'input',
  'text cached input': 'cache_read',
  'text cache writes': 'cache_write',
  'text output': 'output',
  'audio input': 'audio_input',
  'audio output': 'audio_output',
  'image input': 'image_input',
  'image output': 'image_output',
};

/** As `web search tool calls`, `file search tool calls`, `code interpreter sessions`. */
const TOOL = /\b(?:tool calls?|web search|file search|code interpreter)\b/i;

/** As `input`, `cached input`, `audio input`, and in other words `input_tokens`, `output_image_tokens`. */
function kindOf(words: string, modality: string): BilledKind | undefined {
  const plain = words
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/ ?tokens?$/, '')
    .replace(/^cache write$/, 'cache writes');
  const [, ahead, behind] = /^(?:(audio|image|text) )?(.+?)$/.exec(plain) ?? [];
  const reversed = /^(input|output) (audio|image|text)$/.exec(plain);
  const name = reversed === null ? `${ahead ?? modality} ${behind}` : `${reversed[2]} ${reversed[1]}`;
  return Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
}

/**
 * Reads a name of `/organization/costs`: `gpt-4o-2024-08-06, cached input`, `gpt-image-2-2026-04-21 image,
 * output`, `web search tool calls`, `evals | gpt-4o-mini-2024-07-18, input`.
 */
export function parseLineItem(name: string): LineItemName {
  const comma = name.lastIndexOf(',');
  // Before a bar stands another product of OpenAI: no calls of an app's.
  const isProduct = name.includes('|');
  if (comma < 1 || isProduct) {
    return { model: undefined, kind: undefined, isTool: !isProduct && TOOL.test(name) };
  }
  const [model = '', modality = 'text'] = name.slice(0, comma).trim().split(' ');
  return { model, kind: kindOf(name.slice(comma + 1).trim(), modality.toLowerCase()), isTool: false };
}
