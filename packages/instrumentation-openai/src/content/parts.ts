import type { AnyValue, MessagePart, ToolCallPart } from '@genvitals/conventions';
import { withoutBytes } from './blob.ts';
import { readJson } from './json-text.ts';
import { asText, type PlainRecord } from './plain-data.ts';

/** Types that have fields of their own by the schema. */
const OWN_TYPES: ReadonlySet<string> = new Set([
  'text',
  'reasoning',
  'tool_call',
  'tool_call_response',
  'server_tool_call',
  'server_tool_call_response',
  'blob',
  'file',
  'uri',
  'compaction',
]);
/** Sealed for the provider: of use to nobody else. */
const SEALED: ReadonlySet<string> = new Set(['encrypted_content', 'fingerprint']);

export function textPart(text: AnyValue | undefined): MessagePart {
  return { type: 'text', content: asText(text) };
}

export function reasoningPart(text: AnyValue | undefined): MessagePart {
  return { type: 'reasoning', content: asText(text) };
}

export function refusalPart(text: AnyValue | undefined): MessagePart {
  return { type: 'refusal', content: asText(text) };
}

/** @param given the call's arguments as JSON text, or whatever stands in their place */
export function toolCallPart(
  name: AnyValue | undefined,
  id: AnyValue | undefined,
  given: AnyValue | undefined,
): ToolCallPart {
  return {
    type: 'tool_call',
    name: asText(name),
    ...idField(id),
    ...(given !== undefined &&
      given !== null && { arguments: typeof given === 'string' ? readJson(given) : withoutBytes(given) }),
  };
}

export function toolCallResponsePart(id: AnyValue | undefined, response: AnyValue): MessagePart {
  return { type: 'tool_call_response', ...idField(id), response };
}

/** A tool that the provider runs. @param kind what kind of tool it is: most have no other name */
export function serverToolCallPart(
  kind: string,
  id: AnyValue | undefined,
  call: PlainRecord,
  name = kind,
): MessagePart {
  return {
    type: 'server_tool_call',
    name,
    ...idField(id),
    server_tool_call: { ...(withoutBytes(call) as PlainRecord), type: kind },
  };
}

export function serverToolCallResponsePart(
  kind: string,
  id: AnyValue | undefined,
  response: PlainRecord,
): MessagePart {
  return {
    type: 'server_tool_call_response',
    ...idField(id),
    server_tool_call_response: { ...(withoutBytes(response) as PlainRecord), type: kind },
  };
}

/** What has no shape in the conventions, with all its fields. A type that has one there must not be claimed. */
export function otherPart(source: PlainRecord): MessagePart {
  const { type, ...rest } = source;
  const fields = withoutBytes(
    Object.fromEntries(Object.entries(rest).filter(([key]) => !SEALED.has(key))),
  ) as PlainRecord;
  if (typeof type === 'string' && type !== '' && !OWN_TYPES.has(type)) return { ...fields, type };
  return { ...fields, type: 'generic', generic_type: asText(type) };
}

function idField(id: AnyValue | undefined): { id?: string } {
  return typeof id === 'string' && id !== '' ? { id } : {};
}
