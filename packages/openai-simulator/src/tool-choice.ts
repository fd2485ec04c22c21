import type { Ask, Tool } from './ask.ts';
import { topicOf } from './invented-answer.ts';
import { isObject } from './json.ts';
import type { Random } from './random.ts';
import { toSchemaValue } from './schema-value.ts';
import { isStopWord, stemsOf } from './words.ts';

export interface ChosenCall {
  readonly name: string;
  /** JSON, as the API sends it. */
  readonly arguments: string;
}

const mostCalls = 8;

/** Which words of a question fill an argument, by the argument's name. */
const fillings: readonly {
  readonly names: RegExp;
  readonly from: (question: string, thing: string) => string;
}[] = [
  {
    names: /location|city|place|country|region|address|destination|origin/iu,
    from: (_question, thing) => thing,
  },
  { names: /query|question|search|text|message|prompt|input/iu, from: (question) => question },
  {
    names: /(?:^|[a-z_])(?:id|number|no|code|ref|order|sku)$/iu,
    from: (question, thing) => /\b[A-Z]*-?\d[\w-]*\b/u.exec(question)?.[0] ?? thing,
  },
];

/** Names and places: words with a capital that do not begin the sentence, neighbours taken together. */
function thingsOf(question: string): string[] {
  const found = question.matchAll(
    /(?<=[\p{L}\p{N},;:]["'(]?\s+["'(]?)\p{Lu}[\p{L}\p{N}'-]*(?:\s+\p{Lu}[\p{L}\p{N}'-]*)*/gu,
  );
  return [...new Set([...found].map((match) => match[0]))].filter((thing) => !isStopWord(thing));
}

function stemsOfTool(tool: Tool): Set<string> {
  const parameters =
    isObject(tool.parameters) && isObject(tool.parameters['properties']) ? tool.parameters['properties'] : {};
  const name = tool.name.replace(/([a-z])([A-Z])/gu, '$1 $2').replace(/[_-]/gu, ' ');
  return new Set(stemsOf([name, tool.description, ...Object.keys(parameters)].join(' ').replace(/_/gu, ' ')));
}

/** Tools that have to do with the question, the nearest first. */
function fittingTools(question: string, tools: readonly Tool[]): Tool[] {
  const asked = new Set(stemsOf(question));
  return tools
    .map((tool) => ({ tool, shared: [...stemsOfTool(tool)].filter((stem) => asked.has(stem)).length }))
    .filter(({ shared }) => shared > 0)
    .toSorted((a, b) => b.shared - a.shared)
    .map(({ tool }) => tool);
}

function toArguments(tool: Tool, question: string, thing: string, random: Random): string {
  const textFor = (property: string): string =>
    fillings.find(({ names }) => names.test(property))?.from(question, thing) ?? thing;
  const value = toSchemaValue(tool.parameters ?? { type: 'object' }, textFor, random);
  return JSON.stringify(isObject(value) ? value : {});
}

function takesPlace(tool: Tool): boolean {
  const properties = isObject(tool.parameters) ? tool.parameters['properties'] : undefined;
  return (
    isObject(properties) && Object.keys(properties).some((name) => fillings[0]?.names.test(name) === true)
  );
}

/**
 * Which tools to call now; none when the question has nothing to do with them, or when they have already answered
 * it. `keepCalling` leaves that last part out, which is how a loop runs away.
 */
export function chooseCalls(ask: Ask, question: string, keepCalling: boolean, random: Random): ChosenCall[] {
  if (ask.tools.length === 0 || ask.toolChoice === 'none') return [];
  const { toolChoice } = ask;
  const forced =
    typeof toolChoice === 'object' ? ask.tools.filter((tool) => tool.name === toolChoice.name) : [];
  const answered = ask.turns.at(-1)?.role === 'tool';
  const mustCall = toolChoice === 'required' || forced.length > 0 || keepCalling;
  if (answered && !mustCall) return [];
  const fitting = forced.length > 0 ? forced : fittingTools(question, ask.tools);
  const chosen = fitting.length === 0 && mustCall ? ask.tools.slice(0, 1) : fitting;
  const things = thingsOf(question);
  const calls = chosen.flatMap((tool) => {
    const targets = things.length > 1 && takesPlace(tool) ? things : [things[0] ?? topicOf(question)];
    return targets.map((thing) => ({
      name: tool.name,
      arguments: toArguments(tool, question, thing, random),
    }));
  });
  return calls.slice(0, ask.parallelToolCalls ? mostCalls : 1);
}
