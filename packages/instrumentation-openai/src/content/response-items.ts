import type { ResponseInputItem, ResponseOutputItem } from 'openai/resources/responses/responses';
import type { AnyValue, Message, MessagePart } from '@genvitals/conventions';
import { blobPart } from './blob.ts';
import { readContent, readToolResult } from './content-parts.ts';
import { readJson } from './json-text.ts';
import {
  otherPart,
  reasoningPart,
  serverToolCallPart,
  serverToolCallResponsePart,
  toolCallPart,
  toolCallResponsePart,
} from './parts.ts';
import { asText, isRecord, listOf, type PlainRecord, textIn } from './plain-data.ts';
import { toRole } from './roles.ts';
import { readToolDefinitions } from './tool-definitions.ts';

type ItemType = NonNullable<ResponseInputItem['type']> | ResponseOutputItem['type'];

/** Who an item is from, as the conversation of a request has it, and what it says. */
interface ItemRow {
  /** Undefined where the item itself says it. */
  readonly role?: 'assistant' | 'tool' | 'system' | 'user';
  readonly read: (item: PlainRecord) => MessagePart[];
}

/** A tool that the app runs: only its call stands in the item. @param keys the fields that are its arguments */
const appTool = (name: string, keys: readonly string[]): ItemRow => ({
  role: 'assistant',
  read: (item) => [toolCallPart(name, item['call_id'] ?? item['id'], pick(item, keys))],
});

const appToolOutput: ItemRow = {
  role: 'tool',
  read: (item) => {
    const output = item['output'];
    // A screenshot comes as one piece, all others as a text or a list.
    const result = readToolResult(isRecord(output) ? [output] : output);
    return [toolCallResponsePart(item['call_id'] ?? item['id'], result)];
  },
};

/** What came of a tool that the provider ran; nothing where the item does not say it. */
function serverAnswer(kind: string, item: PlainRecord, answer: PlainRecord): MessagePart[] {
  return Object.keys(answer).length === 0 ? [] : [serverToolCallResponsePart(kind, item['id'], answer)];
}

/** A tool that the provider runs, with what came of it in the same item. */
const serverTool = (kind: string, called: readonly string[], answered: readonly string[] = []): ItemRow => ({
  role: 'assistant',
  read: (item) => [
    serverToolCallPart(kind, item['id'] ?? item['call_id'], pick(item, called)),
    ...serverAnswer(kind, item, pick(item, answered)),
  ],
});

const other = (role: NonNullable<ItemRow['role']>): ItemRow => ({ role, read: (item) => [otherPart(item)] });

/** Tools that were added on the way, without what their definitions keep from the model. */
const addedTools = (role: NonNullable<ItemRow['role']>): ItemRow => ({
  role,
  read: ({ tools, ...item }) => [
    otherPart({ ...item, tools: readToolDefinitions(tools) as readonly object[] as AnyValue }),
  ],
});

const mcpCall: ItemRow = {
  role: 'assistant',
  read: (item) => {
    const call = { ...pick(item, ['server_label']), arguments: readJson(asText(item['arguments'])) };
    const output = item['output'];
    return [
      serverToolCallPart('mcp', item['id'], call, asText(item['name'])),
      ...serverAnswer('mcp', item, {
        ...(output !== undefined && output !== null && { output: readToolResult(output) }),
        ...pick(item, ['error']),
      }),
    ];
  },
};

const imageGeneration: ItemRow = {
  role: 'assistant',
  read: (item) => {
    const format = textIn(item, 'output_format');
    const { result } = pick(item, ['result']);
    const picture =
      typeof result === 'string'
        ? (blobPart(result, 'image', format && `image/${format}`) as AnyValue)
        : result;
    return [
      serverToolCallPart('image_generation', item['id'], pick(item, ['action', 'revised_prompt', 'size'])),
      ...serverAnswer('image_generation', item, {
        ...(picture !== undefined && { result: picture }),
        ...pick(item, ['error']),
      }),
    ];
  },
};

/** A new kind of item in openai is a compile error here until it has its row. */
const items: Readonly<Record<ItemType, ItemRow>> = {
  message: { read: (item) => readContent(item['content']) },
  reasoning: {
    role: 'assistant',
    read: (item) => {
      // Where the model's own words are open, the summary tells nothing more.
      const words = listOf(item['content']);
      return (words.length > 0 ? words : listOf(item['summary'])).map((piece) =>
        reasoningPart(isRecord(piece) ? piece['text'] : piece),
      );
    },
  },
  function_call: {
    role: 'assistant',
    read: (item) => [toolCallPart(item['name'], item['call_id'] ?? item['id'], item['arguments'])],
  },
  function_call_output: appToolOutput,
  custom_tool_call: {
    role: 'assistant',
    // Free text, whatever it looks like.
    read: (item) => [
      {
        ...toolCallPart(item['name'], item['call_id'] ?? item['id'], undefined),
        ...argumentsOf(item['input']),
      },
    ],
  },
  custom_tool_call_output: appToolOutput,
  computer_call: appTool('computer', ['action', 'actions', 'pending_safety_checks']),
  computer_call_output: appToolOutput,
  local_shell_call: appTool('local_shell', ['action']),
  local_shell_call_output: appToolOutput,
  shell_call: appTool('shell', ['action']),
  shell_call_output: {
    role: 'tool',
    read: (item) => [toolCallResponsePart(item['call_id'] ?? item['id'], item['output'] ?? null)],
  },
  apply_patch_call: appTool('apply_patch', ['operation']),
  apply_patch_call_output: appToolOutput,
  web_search_call: serverTool('web_search', ['action']),
  file_search_call: serverTool('file_search', ['queries'], ['results']),
  code_interpreter_call: serverTool('code_interpreter', ['code', 'container_id'], ['outputs']),
  image_generation_call: imageGeneration,
  mcp_call: mcpCall,
  mcp_list_tools: other('assistant'),
  mcp_approval_request: other('assistant'),
  mcp_approval_response: other('user'),
  tool_search_call: serverTool('tool_search', ['arguments']),
  tool_search_output: addedTools('tool'),
  additional_tools: addedTools('system'),
  configuration_update: other('system'),
  program: serverTool('program', ['code', 'call_id']),
  program_output: {
    role: 'tool',
    read: (item) => [serverToolCallResponsePart('program', item['call_id'], pick(item, ['result']))],
  },
  compaction: {
    role: 'assistant',
    read: ({ id }) => [{ type: 'compaction', ...(typeof id === 'string' && { id }) }],
  },
  compaction_trigger: other('user'),
  item_reference: other('assistant'),
};

const unknownItem: ItemRow = { read: (item) => [otherPart(item)] };

/** What an item says; nothing of one that has nothing to say, such as sealed reasoning. */
export function readItemParts(item: AnyValue): MessagePart[] {
  return isRecord(item) ? rowOf(item).read(item) : readContent(item);
}

/** An item of a request's conversation as a message of its own. */
export function readItem(item: AnyValue): Message {
  if (!isRecord(item)) return { role: toRole(undefined), parts: readContent(item) };
  const row = rowOf(item);
  return { role: row.role ?? toRole(item['role']), parts: row.read(item) };
}

function rowOf(item: PlainRecord): ItemRow {
  const type = item['type'];
  if (typeof type === 'string') return Object.hasOwn(items, type) ? items[type as ItemType] : unknownItem;
  // Both may leave out their type.
  if (item['content'] !== undefined) return items.message;
  return typeof item['id'] === 'string' && item['role'] === undefined
    ? {
        role: 'assistant',
        read: ({ id }) => [otherPart({ type: 'item_reference', ...(id !== undefined && { id }) })],
      }
    : unknownItem;
}

/** The fields that the item has of those. */
function pick(item: PlainRecord, keys: readonly string[]): PlainRecord {
  const picked: [string, AnyValue][] = [];
  for (const key of keys) {
    const value = item[key];
    if (value !== undefined && value !== null) picked.push([key, value]);
  }
  return Object.fromEntries(picked);
}

function argumentsOf(input: AnyValue | undefined): { arguments?: AnyValue } {
  return input === undefined || input === null ? {} : { arguments: input };
}
