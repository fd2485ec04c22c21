import { chatUsage } from './bodies.ts';

/** As genvitals writes it behind the app's own parameters; openai 4 writes its bodies with indents. */
const INJECTED = /,\s*"stream_options":\s*\{\s*"include_usage":\s*true\s*\}(?=\s*\}$)/;
const CHUNKS: ReadonlySet<unknown> = new Set(['chat.completion.chunk', 'text_completion']);

interface Chunk {
  readonly object?: unknown;
  readonly usage?: unknown;
}

/** The request that the app made: without what was asked for beside it, and without its length. */
export function asTheAppMadeIt(body: string): string {
  return body.replace(INJECTED, '');
}

export function isUsageInjected(body: string): boolean {
  return INJECTED.test(body);
}

/** What a service sends to those who ask for the usage: a field in each chunk, and one chunk more. */
export function withUsage(events: readonly unknown[]): readonly unknown[] {
  const chunks = events.filter((event) => CHUNKS.has((event as Chunk | null)?.object));
  const last = chunks.at(-1);
  if (last === undefined || chunks.some((chunk) => (chunk as Chunk).usage)) return events;
  const told = events.map((event) =>
    chunks.includes(event) ? { ...(event as object), usage: null } : event,
  );
  told.splice(events.lastIndexOf(last) + 1, 0, { ...last, choices: [], usage: chatUsage });
  return told;
}
