import type { PartialResponse } from './response-object.ts';

interface OutputItem {
  readonly type?: unknown;
  readonly container_id?: unknown;
  readonly action?: { readonly type?: unknown } | null;
}

/** What tells the tools that the provider runs, and bills beside the tokens, in a response's output. */
interface HostedTool {
  readonly item: string;
  /** As prices call it. */
  readonly name: (tools: readonly string[]) => string;
  /** What is billed: each call, or each thing that this names. */
  readonly billedBy?: (item: OutputItem) => unknown;
  /** Calls that cost nothing. */
  readonly isFree?: (item: OutputItem) => boolean;
}

const named = (name: string) => (): string => name;

const hostedTools: readonly HostedTool[] = [
  {
    item: 'web_search_call',
    // Dated or not, the preview has prices of its own.
    name: (tools) =>
      tools.some((tool) => tool.startsWith('web_search_preview')) ? 'web_search_preview' : 'web_search',
    // Opening a page that a search found is none.
    isFree: ({ action }) => typeof action?.type === 'string' && action.type !== 'search',
  },
  { item: 'file_search_call', name: named('file_search') },
  // A container is paid for, whatever the number of calls in it.
  { item: 'code_interpreter_call', name: named('code_interpreter'), billedBy: (item) => item.container_id },
  { item: 'image_generation_call', name: named('image_generation') },
];

const hostedItems: ReadonlySet<unknown> = new Set(hostedTools.map(({ item }) => item));

/** How often each of the provider's own tools ran in a response. */
export function hostedToolCalls(result: PartialResponse): Readonly<Record<string, number>> | undefined {
  if (!Array.isArray(result.output)) return undefined;
  const output = result.output as readonly (OutputItem | null)[];
  if (!output.some((item) => hostedItems.has(item?.type))) return undefined;
  const calls: Record<string, number> = {};
  for (const { item, name, billedBy, isFree } of hostedTools) {
    const items = output.filter((each) => each?.type === item && isFree?.(each) !== true);
    if (items.length === 0) continue;
    const billed = billedBy === undefined ? items : new Set(items.map((each) => each && billedBy(each)));
    calls[name(toolTypes(result))] = billed instanceof Set ? billed.size : billed.length;
  }
  return calls;
}

function toolTypes({ tools }: PartialResponse): readonly string[] {
  return Array.isArray(tools)
    ? tools.map((tool: { readonly type?: unknown } | null) => String(tool?.type))
    : [];
}
