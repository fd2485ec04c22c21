import type { AnyValue, Message, MessagePart, ToolDefinition } from '@genvitals/conventions';
import { bytesLeftOut, cutText, TOO_DEEP } from './cut-text.ts';

/** Names, ids and the like: long ones are a mistake, or a trick. */
const NAME_BYTES = 1_024;
/** No part of the conventions has as many. */
const MAX_PROPERTIES = 32;

/** The property that holds what somebody wrote, for each type of part that has one. */
const LONG_PROPERTIES: ReadonlyMap<string, string> = new Map([
  ['text', 'content'],
  ['reasoning', 'content'],
  ['tool_call', 'arguments'],
  ['tool_call_response', 'response'],
  ['uri', 'uri'],
  ['blob', 'content'],
  ['file', 'file_id'],
]);

/** As JSON; undefined for what JSON cannot say or what is nested too deep to be said. */
export function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The value, or where its text is longer than so many bytes, the beginning of that. */
function cutValue(value: AnyValue, maxBytes: number): AnyValue {
  if (typeof value === 'string') return cutText(value, maxBytes);
  if (typeof value !== 'object' || value === null) return value;
  const text = toJson(value);
  if (text === undefined) return TOO_DEEP;
  const cut = cutText(text, maxBytes);
  return cut === text ? value : cut;
}

/**
 * The part, its text no longer than so many bytes. What is no text (arguments, results) becomes the beginning of
 * its JSON where it is longer, and so does a part of a type of its own, as a text. The same object where nothing
 * was cut.
 */
export function cutPart(part: MessagePart, maxBytes: number): MessagePart {
  const long = LONG_PROPERTIES.get(part.type);
  const entries = Object.entries(part) as [string, AnyValue][];
  if (long === undefined || entries.length > MAX_PROPERTIES) {
    const text = toJson(part);
    if (text === undefined) return { type: 'text', content: TOO_DEEP };
    const content = cutText(text, maxBytes);
    return content === text ? part : { type: 'text', content };
  }
  const nameBytes = Math.min(NAME_BYTES, maxBytes);
  const cut = entries.map(([key, value]) => [key, cutValue(value, key === long ? maxBytes : nameBytes)]);
  const isWhole = entries.every(([, value], index) => cut[index]?.[1] === value);
  return isWhole ? part : (Object.fromEntries(cut) as MessagePart);
}

/** Parameters that are too long are left out, as half a schema is none; the description's mark counts them. */
export function cutTool(tool: ToolDefinition, maxBytes: number): ToolDefinition {
  const { parameters, description, type, name } = tool;
  const nameBytes = Math.min(NAME_BYTES, maxBytes);
  const text = parameters === undefined ? '' : toJson(parameters);
  const bytes = text === undefined ? 1 : Buffer.byteLength(text);
  const isKept = text !== undefined && bytes <= maxBytes;
  const cut = cutText(description ?? '', maxBytes, isKept ? 0 : bytes);
  const isWhole =
    isKept &&
    cut === (description ?? '') &&
    Object.keys(tool).every((key) => ['type', 'name', 'description', 'parameters'].includes(key));
  const [cutType, cutName] = [cutText(type, nameBytes), cutText(name, nameBytes)];
  if (isWhole && cutType === type && cutName === name) return tool;
  return {
    type: cutType,
    name: cutName,
    ...(cut === '' ? {} : { description: cut }),
    ...(isKept && parameters !== undefined ? { parameters } : {}),
  };
}

/** A name, a role or another single word. */
export function cutName(name: string): string {
  return cutText(name, NAME_BYTES);
}

/** Whether something of a part, a message or a tool was left out of its own texts, here or before. */
export function isCut(value: MessagePart | Message | ToolDefinition): boolean {
  return Object.values(value).some(
    (each) => typeof each === 'string' && (each === TOO_DEEP || bytesLeftOut(each) !== undefined),
  );
}
