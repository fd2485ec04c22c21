import type { OutputFormat, Tool } from './ask.ts';
import { apiErrors } from './errors.ts';
import { type JsonObject, isObject, textAt } from './json.ts';

/** One function tool: chat nests it under `function`, Responses writes it flat. Undefined for other kinds of tool. */
function readTool(tool: JsonObject, index: number): Tool | undefined {
  if (textAt(tool, 'type') !== 'function') return undefined;
  const nested = tool['function'];
  const facts = isObject(nested) ? nested : tool;
  const name = textAt(facts, 'name');
  if (name === '') {
    throw apiErrors.missingParameter(
      isObject(nested) ? `tools[${index}].function.name` : `tools[${index}].name`,
    );
  }
  return { name, description: textAt(facts, 'description'), parameters: facts['parameters'] };
}

/** The function tools of a request; the API's own tools (web search and the like) are accepted and never called. */
export function readTools(tools: unknown): Tool[] {
  if (!Array.isArray(tools)) return [];
  return (tools as readonly unknown[]).flatMap((tool, index) => {
    if (!isObject(tool)) throw apiErrors.wrongType(`tools[${index}]`, 'an object', typeof tool);
    return readTool(tool, index) ?? [];
  });
}

export function readToolChoice(
  choice: unknown,
  tools: readonly Tool[],
): 'auto' | 'none' | 'required' | { name: string } {
  if (choice === undefined || choice === null) return 'auto';
  if (choice === 'auto' || choice === 'none' || choice === 'required') return choice;
  if (!isObject(choice)) throw apiErrors.wrongValue('tool_choice', choice, ['none', 'auto', 'required']);
  const nested = choice['function'];
  const name = textAt(isObject(nested) ? nested : choice, 'name');
  if (name === '') return 'auto';
  if (!tools.some((tool) => tool.name === name)) {
    throw apiErrors.badRequest(`Tool choice '${name}' not found in 'tools' parameter.`, 'tool_choice');
  }
  return { name };
}

/** `response_format` of chat and `text.format` of Responses; `where` is the parameter's name in messages. */
export function readFormat(format: unknown, where: string, promptText: () => string): OutputFormat {
  if (!isObject(format)) return { kind: 'text' };
  const type = textAt(format, 'type');
  if (type === 'text') return { kind: 'text' };
  if (type === 'json_object') {
    if (!/json/iu.test(promptText())) {
      throw apiErrors.badRequest(
        `'${where === 'response_format' ? 'messages' : 'input'}' must contain the word 'json' in some form, to use '${where}' of type 'json_object'.`,
        where === 'response_format' ? 'messages' : 'input',
      );
    }
    return { kind: 'json' };
  }
  if (type !== 'json_schema')
    throw apiErrors.wrongValue(`${where}.type`, type, ['json_object', 'json_schema', 'text']);
  const nested = format['json_schema'];
  const facts = isObject(nested) ? nested : format;
  const place = isObject(nested) ? `${where}.json_schema` : where;
  if (textAt(facts, 'name') === '') throw apiErrors.missingParameter(`${place}.name`);
  if (!isObject(facts['schema'])) throw apiErrors.missingParameter(`${place}.schema`);
  return { kind: 'schema', schema: facts['schema'] };
}
