import { type JsonObject, isObject, textAt } from './json.ts';

interface PartKind {
  /** Where the text of such a part stands; '' where it has none. */
  readonly text: string;
  readonly tokens: number;
}

/** Parts of a message's content, of chat and of Responses. Images, audio and files cost a fixed number of tokens here. */
const partKinds: Record<string, PartKind> = {
  text: { text: 'text', tokens: 0 },
  input_text: { text: 'text', tokens: 0 },
  output_text: { text: 'text', tokens: 0 },
  refusal: { text: 'refusal', tokens: 0 },
  image_url: { text: '', tokens: 85 },
  input_image: { text: '', tokens: 85 },
  input_audio: { text: '', tokens: 100 },
  file: { text: '', tokens: 200 },
  input_file: { text: '', tokens: 200 },
};

export interface ReadContent {
  readonly text: string;
  readonly extraTokens: number;
}

/** Undefined where the content is neither text nor a list of known parts. */
export function readContent(content: unknown): ReadContent | undefined {
  if (content === null || content === undefined) return { text: '', extraTokens: 0 };
  if (typeof content === 'string') return { text: content, extraTokens: 0 };
  if (!Array.isArray(content)) return undefined;
  const texts: string[] = [];
  let extraTokens = 0;
  for (const part of content as readonly unknown[]) {
    const kind = isObject(part) ? kindOf(part) : undefined;
    if (!isObject(part) || kind === undefined) return undefined;
    if (kind.text !== '') texts.push(textAt(part, kind.text));
    extraTokens += kind.tokens;
  }
  return { text: texts.join('\n'), extraTokens };
}

function kindOf(part: JsonObject): PartKind | undefined {
  const type = textAt(part, 'type');
  return Object.hasOwn(partKinds, type) ? partKinds[type] : undefined;
}
