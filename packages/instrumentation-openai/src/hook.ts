import { getLobby, type Lobby, LOBBY_NAME } from './lobby.ts';
import type * as runtimeModule from './runtime.ts';

/** The hooks of `node:module` (Node >= 22.15, Deno) that are used; missing on Bun, Node 20 and under jest. */
interface LoadResult {
  source?: string | ArrayBuffer | ArrayBufferView | null | undefined;
}

interface ModuleApi {
  registerHooks?(hooks: {
    load(url: string, context: unknown, nextLoad: (url: string, context: unknown) => LoadResult): LoadResult;
  }): unknown;
  _cache?: Record<string, { readonly exports: unknown } | undefined>;
  prototype?: { _compile?: Compile };
}

type Compile = (this: unknown, content: string, filename: string, ...rest: unknown[]) => unknown;

/** The file that defines the class: `client.js` from 5 on, `openai/index.js` in 4; `.mjs` beside both. */
const CLIENT_FILE = /[/\\](?:client|openai[^/\\]*[/\\]index)\.m?js$/;
/** Both words stand in every version's file, and together in hardly any other. */
const CLASS_MARK = 'class OpenAI ';
const LAYER_MARK = 'OpenAI.OpenAI = ';

/** Cheap enough for every module of a process: most names fail at the first characters from the end. */
function isClientFile(name: string): boolean {
  return CLIENT_FILE.test(name);
}

function isClientSource(source: string): boolean {
  return source.includes(CLASS_MARK) && source.includes(LAYER_MARK) && !source.includes(LOBBY_NAME);
}

/** One line behind the class, so that both module systems, deep imports and several copies are reached. */
function append(source: string, file: string): string {
  return `${source}\n;globalThis[Symbol.for(${JSON.stringify(LOBBY_NAME)})]?.patch?.(OpenAI, ${JSON.stringify(file)});\n`;
}

/** With a `module.register` loader active, an ES module's source comes as a plain Uint8Array. */
function toText(source: LoadResult['source']): string | undefined {
  if (typeof source === 'string') return source;
  if (ArrayBuffer.isView(source)) {
    return Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString('utf8');
  }
  return source instanceof ArrayBuffer ? Buffer.from(source).toString('utf8') : undefined;
}

/** tsx runs CommonJS by its own `_compile` and never calls load hooks. */
function wrapCompile(prototype: { _compile?: Compile }): void {
  const original = prototype._compile;
  if (typeof original !== 'function') return;
  prototype._compile = function _compile(content, filename, ...rest) {
    const isClient = typeof content === 'string' && isClientFile(filename) && isClientSource(content);
    return original.call(this, isClient ? append(content, filename) : content, filename, ...rest);
  };
}

/** A client that was loaded before the hook: its class is patched where it lives. */
function patchLoaded(cache: ModuleApi['_cache'], patch: NonNullable<Lobby['patch']>): void {
  for (const file of Object.keys(cache ?? {})) {
    if (!isClientFile(file)) continue;
    const exported = cache?.[file]?.exports as { OpenAI?: runtimeModule.OpenAIClass } | undefined;
    if (typeof exported?.OpenAI === 'function') patch(exported.OpenAI, file);
  }
}

/**
 * Sees the openai client as it is loaded. Once a process, whatever the number of copies of this package.
 * @param loadRuntime gives the runtime, at the first client that is seen
 * @returns false where `module.registerHooks` is missing (Bun, Node < 22.15): only `instrument(OpenAI)` helps there
 */
export function installHook(loadRuntime: () => runtimeModule.Runtime): boolean {
  const lobby = getLobby();
  if (lobby.patch !== undefined) return true;
  const module = globalThis.process?.getBuiltinModule?.('node:module') as ModuleApi | undefined;
  if (typeof module?.registerHooks !== 'function') return false;
  try {
    module.registerHooks({
      load(url, context, nextLoad) {
        const result = nextLoad(url, context);
        if (!isClientFile(url)) return result;
        const source = toText(result.source);
        if (source === undefined || !isClientSource(source)) return result;
        return { ...result, source: append(source, url) };
      },
    });
  } catch {
    return false;
  }
  const patch = (OpenAI: runtimeModule.OpenAIClass, file: string): void => {
    try {
      loadRuntime().patch(OpenAI, file);
    } catch {
      // The client must load, whatever becomes of us; an unseen openai is told of by the host.
    }
  };
  lobby.patch = patch;
  if (module.prototype !== undefined) wrapCompile(module.prototype);
  patchLoaded(module._cache, patch);
  return true;
}
