import { attributes as ledger } from '@genvitals/conventions';
import { agentNameIn } from './agent.ts';
import { present } from './label-sets.ts';
import { INTERNAL_KIND, runStep } from './step.ts';
import { textOf } from './words.ts';

/** What is run for the model. */
export interface ToolWords {
  readonly name: string;
  /** The model's id of the call, `tool_call.id` or `call_id`. */
  readonly callId?: string | undefined;
  /** `function` where absent. */
  readonly type?: 'function' | 'extension' | 'datastore' | undefined;
  readonly description?: string | undefined;
  /** What the model gave it, as a value or as the JSON that came. Recorded only where content is. */
  readonly arguments?: unknown;
}

/**
 * Runs `fn` as a tool, with a span of its own. Where content is recorded, the arguments and what `fn` gives are. Gives
 * back just what `fn` gives, and throws just what it throws.
 *
 * @example
 * const { id, function: asked } = toolCall;
 * const weather = await tool({ name: asked.name, callId: id, arguments: asked.arguments }, () => getWeather(city));
 */
export function tool<Result>(words: ToolWords, fn: () => Result): Result {
  return runStep(
    'execute_tool',
    (operation, parent) => {
      const { callId, type, description } = words;
      const name = textOf(words.name);
      return {
        operation,
        target: name,
        kind: INTERNAL_KIND,
        attributes: present({
          [ledger.toolName.key]: name,
          [ledger.toolType.key]: textOf(type) ?? 'function',
          [ledger.toolCallId.key]: textOf(callId),
          [ledger.toolDescription.key]: textOf(description),
          [ledger.agentName.key]: agentNameIn(parent),
        }),
        details: {
          event: 'toolDetails',
          given: (copy) => ({ values: { [ledger.toolCallArguments.key]: copy(words.arguments) } }),
          found: (result) => ({ [ledger.toolCallResult.key]: result }),
        },
      };
    },
    fn,
  );
}
