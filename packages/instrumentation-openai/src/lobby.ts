import type { MaskHook } from './content/mask-hook.ts';
import type { Host } from './host-interface.ts';
import type * as runtimeModule from './runtime.ts';

/**
 * What is there before openai is: a few fields, so that a process that never loads openai does not pay for
 * the instrumentation either. All copies of this package in a process share it.
 */
export interface Lobby {
  host: Host;
  runtime?: runtimeModule.Runtime;
  maskHook?: MaskHook | undefined;
  /** What the line behind the client's class calls; set where a hook is installed. */
  patch?: (OpenAI: runtimeModule.OpenAIClass, file: string) => void;
  /** Ends the watch for requests of a client that was not seen; set where there is one. */
  endWatch?: () => void;
}

/** The slot's name stands in the line that the hook appends to openai's own file, too. */
export const LOBBY_NAME = 'genvitals.openai.v1';
const SLOT: unique symbol = Symbol.for(LOBBY_NAME) as never;

/** The process's lobby, made at first use. */
export function getLobby(): Lobby {
  const globals = globalThis as typeof globalThis & { [SLOT]?: Lobby };
  return (globals[SLOT] ??= { host: {} });
}
