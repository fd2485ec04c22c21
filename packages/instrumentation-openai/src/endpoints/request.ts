/** Readers of request fields that several endpoints spell alike. */

/** The conventions want a stream flag only on streaming calls. */
export function streamFlag(params: { stream?: boolean | null | undefined }): true | undefined {
  return params.stream === true ? true : undefined;
}

/** A number of a request that is sent as a form, which has a text of it. */
export function formNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && value.trim() !== '') return Number(value);
  return typeof value === 'number' ? value : undefined;
}

/** Yes or no of a request that is sent as a form. */
export function formFlag(value: unknown): boolean {
  return value === true || value === 'true';
}

/** The conventions want the number of choices only where it is not 1. */
export function choiceCount(params: { n?: number | null | undefined }): number | undefined {
  return typeof params.n === 'number' && params.n !== 1 ? params.n : undefined;
}

/** `auto` is what leaving it out means. */
export function requestedTier(params: { service_tier?: string | null | undefined }): string | undefined {
  return params.service_tier === 'auto' ? undefined : (params.service_tier ?? undefined);
}

/** `safety_identifier` is the newer name of `user`; both are of the app's own making. */
export function endUser(params: { safety_identifier?: unknown; user?: unknown }): unknown {
  return params.safety_identifier ?? params.user;
}

/** `stop` may be one sequence or several. */
export function stopSequences(params: {
  stop?: string | readonly string[] | null | undefined;
}): string[] | undefined {
  if (typeof params.stop === 'string') return [params.stop];
  return Array.isArray(params.stop) ? [...params.stop] : undefined;
}

const OUTPUT_TYPES: Readonly<Record<string, string>> = {
  text: 'text',
  json_object: 'json',
  json_schema: 'json',
};

/** The conventions' name for a requested response format. */
export function outputType(format: { type?: string } | null | undefined): string | undefined {
  return format?.type === undefined ? undefined : OUTPUT_TYPES[format.type];
}

/** The text of a message's content: a string, or the text parts of a list. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: { text?: unknown } | null) => (typeof part?.text === 'string' ? part.text : ''))
    .join('');
}

interface Message {
  readonly role?: unknown;
  readonly content?: unknown;
}

/** The system and developer messages of a conversation, joined; undefined where there are none. */
export function instructionsOf(messages: unknown): string | undefined {
  if (!Array.isArray(messages)) return undefined;
  let text: string | undefined;
  for (const message of messages as readonly (Message | null)[]) {
    if (message?.role !== 'system' && message?.role !== 'developer') continue;
    const part = textOf(message.content);
    text = text === undefined ? part : `${text}\n${part}`;
  }
  return text === '' ? undefined : text;
}
