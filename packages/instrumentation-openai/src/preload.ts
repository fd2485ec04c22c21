import { createRequire } from 'node:module';
import { installHook as installHookWith } from './hook.ts';
import { getLobby } from './lobby.ts';
import type * as runtimeModule from './runtime.ts';

/** The runtime, loaded when it is first needed: only preloads do so, a bundle has it inside. */
export function loadRuntime(): runtimeModule.Runtime {
  const { runtime } = getLobby();
  if (runtime !== undefined) return runtime;
  const { getRuntime } = createRequire(import.meta.url)('#runtime') as typeof runtimeModule;
  return getRuntime();
}

/**
 * Sees the openai client as it is loaded.
 * @returns false where `module.registerHooks` is missing (Bun, Node < 22.15)
 */
export function installHook(): boolean {
  return installHookWith(loadRuntime);
}

/** Says that an openai is in the process whose calls nobody follows: bundled, or loaded where no hook can be. */
export function tellUnfollowed(version: string): void {
  loadRuntime().addUnfollowed(version);
}
