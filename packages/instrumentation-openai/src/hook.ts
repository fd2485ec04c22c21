import { clientClasses, clientClassIn, isClientFile } from './client-file.ts';
import { getLobby, type Lobby, LOBBY_NAME } from './lobby.ts';
import { watchRequests } from './openai-requests.ts';
import type * as runtimeModule from './runtime.ts';

/** The hooks of `node:module` (Node >= 22.15, Deno) that are used; missing on Bun, Node 20 and under jest. */
interface LoadResult {
  source?: string | ArrayBuffer | ArrayBufferView | null | undefined;
}

interface Hooks {
  resolve?(
    specifier: string,
    context: unknown,
    nextResolve: (specifier: string, context: unknown) => { readonly url: string },
  ): { readonly url: string };
  load?(url: string, context: unknown, nextLoad: (url: string, context: unknown) => LoadResult): LoadResult;
}

type RegisterHooks = (hooks: Hooks) => { deregister(): void };

interface ModuleApi {
  registerHooks?: RegisterHooks;
  _cache?: Record<string, { readonly exports: unknown } | undefined>;
  prototype?: { _compile?: Compile };
}

type Compile = (this: unknown, content: string, filename: string, ...rest: unknown[]) => unknown;

/**
 * Puts one line behind the class, so that both module systems, deep imports and several copies are reached.
 * @returns undefined where there is no such class, or the line stands there already
 */
function append(source: string, file: string): string | undefined {
  const className = clientClassIn(source);
  if (className === undefined) return undefined;
  // In a bundle whose own name is like that of the file, the class need not stand at the top level.
  return `${source}\n;typeof ${className} === "function" && globalThis[Symbol.for(${JSON.stringify(LOBBY_NAME)})]?.patch?.(${className}, ${JSON.stringify(file)});\n`;
}

/** With a `module.register` loader active, an ES module's source comes as a plain Uint8Array. */
function toText(source: LoadResult['source']): string | undefined {
  if (typeof source === 'string') return source;
  if (ArrayBuffer.isView(source)) {
    return Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString('utf8');
  }
  return source instanceof ArrayBuffer ? Buffer.from(source).toString('utf8') : undefined;
}

/**
 * Sees ES modules. With a load hook in place, importing a CommonJS package from an ES module fails on
 * Node 22.15-22.22 and 24.0-24.11 ("request for './index.js' is not in cache"). So one is there only while
 * openai's own file is loaded, which openai's modules alone import, all of them ES modules; the resolve hook
 * in front of it harms nothing and costs less.
 */
function watchModules(registerHooks: RegisterHooks): void {
  if ('Deno' in globalThis) {
    // Deno 2.9 panics where a hook registers another, and loads CommonJS under a load hook all right.
    registerHooks({
      load: (url, context, nextLoad) =>
        isClientFile(url) ? withPatch(nextLoad(url, context), url) : nextLoad(url, context),
    });
    return;
  }
  const watched = new Set<string>();
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const result = nextResolve(specifier, context);
      if (isClientFile(result.url) && !watched.has(result.url)) {
        watched.add(result.url);
        watchLoad(registerHooks, result.url);
      }
      return result;
    },
  });
}

function watchLoad(registerHooks: RegisterHooks, client: string): void {
  const hooks = registerHooks({
    load(url, context, nextLoad) {
      if (url === client) hooks.deregister();
      const result = nextLoad(url, context);
      return url === client ? withPatch(result, url) : result;
    },
  });
}

function withPatch(result: LoadResult, file: string): LoadResult {
  const source = toText(result.source);
  const appended = source === undefined ? undefined : append(source, file);
  return appended === undefined ? result : { ...result, source: appended };
}

/** CommonJS is compiled here in every Node, also when tsx runs it, which calls no load hooks at all. */
function wrapCompile(prototype: { _compile?: Compile }): void {
  const original = prototype._compile;
  if (typeof original !== 'function') return;
  prototype._compile = function _compile(content, filename, ...rest) {
    const appended = isClientFile(filename) ? append(content, filename) : undefined;
    return original.call(this, appended ?? content, filename, ...rest);
  };
}

/** A client that was loaded before the hook: its class is patched where it lives. */
function patchLoaded(cache: ModuleApi['_cache'], patch: NonNullable<Lobby['patch']>): void {
  for (const file of Object.keys(cache ?? {})) {
    if (!isClientFile(file)) continue;
    const exported = cache?.[file]?.exports as
      | Readonly<Record<string, runtimeModule.OpenAIClass>>
      | undefined;
    for (const className of clientClasses) {
      const found = exported?.[className];
      if (typeof found === 'function') patch(found, file);
    }
  }
}

let hasTold = false;

/** The runtime, whose diagnostics say all else, is just what is missing. */
function tellOnce(error: unknown): void {
  if (hasTold) return;
  hasTold = true;
  const reason = error instanceof Error ? error.message.split('\n', 1)[0] : typeof error;
  globalThis.process?.stderr?.write(
    `genvitals: the instrumentation could not be loaded (${reason}), so no OpenAI call is seen: install @genvitals/instrumentation-openai anew.\n`,
  );
}

/**
 * Tells of a client that no hook has seen, by its requests; a bundle has it inside. In a turn of its own, for what it
 * loads must not hold up the app's request.
 */
function watchUnfollowed(lobby: Lobby, loadRuntime: () => runtimeModule.Runtime): void {
  if (lobby.endWatch !== undefined || (lobby.runtime?.seen.length ?? 0) > 0) return;
  lobby.endWatch = watchRequests((version) => {
    setImmediate(() => {
      try {
        loadRuntime().addUnfollowed(version);
      } catch (error) {
        if (lobby.runtime === undefined) tellOnce(error);
      }
    });
  });
}

/**
 * Sees the openai client as it is loaded, and tells where one was not seen. Once a process, whatever the number of
 * copies of this package.
 * @param loadRuntime gives the runtime, at the first client that is seen
 * @returns false where `module.registerHooks` is missing (Bun, Node < 22.15): only `instrument(OpenAI)` helps there
 */
export function installHook(loadRuntime: () => runtimeModule.Runtime): boolean {
  const lobby = getLobby();
  if (lobby.patch !== undefined) return true;
  watchUnfollowed(lobby, loadRuntime);
  const module = globalThis.process?.getBuiltinModule?.('node:module') as unknown as ModuleApi | undefined;
  if (typeof module?.registerHooks !== 'function') return false;
  try {
    watchModules(module.registerHooks.bind(module));
  } catch {
    return false;
  }
  const patch = (OpenAI: runtimeModule.OpenAIClass, file: string): void => {
    try {
      loadRuntime().patch(OpenAI, file);
    } catch (error) {
      // The client must load, whatever becomes of us.
      if (lobby.runtime === undefined) tellOnce(error);
    }
  };
  lobby.patch = patch;
  if (module.prototype !== undefined) wrapCompile(module.prototype);
  patchLoaded(module._cache, patch);
  return true;
}
