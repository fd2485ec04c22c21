import type { AnyValue, ToolDefinition } from '@genvitals/conventions';
import { withoutBytes } from './blob.ts';
import { asText, isRecord, listOf, type PlainRecord, textIn } from './plain-data.ts';

/**
 * The tools that a request offers. Of each only what the model is told of it: definitions of remote tools hold
 * authorization and headers too.
 */
export function readToolDefinitions(tools: AnyValue | undefined): ToolDefinition[] {
  return listOf(tools).flatMap((tool) => {
    if (!isRecord(tool)) return [];
    const inner = listOf(tool['tools']);
    // A namespace groups functions; deeper ones there are none.
    return [readTool(tool), ...inner.filter(isRecord).map(readTool)];
  });
}

function readTool(tool: PlainRecord): ToolDefinition {
  const type = textIn(tool, 'type') ?? 'function';
  // Chat completions have the definition below a key that is the tool's type, responses beside it.
  const nested = tool[type];
  const definition = isRecord(nested) ? nested : tool;
  const description = textIn(definition, 'description') ?? textIn(definition, 'server_description');
  const parameters = definition['parameters'] ?? definition['format'];
  return {
    type,
    name: asText(definition['name'] ?? definition['server_label'] ?? type),
    ...(description !== undefined && { description }),
    ...(isRecord(parameters) && { parameters: withoutBytes(parameters) }),
  };
}
