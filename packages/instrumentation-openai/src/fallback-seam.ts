import type { AnswerShape, Call } from './call.ts';
import { endWhenNeverParsed } from './dropped.ts';
import { endpoints } from './endpoints/index.ts';
import type { Endpoint } from './endpoint.ts';
import { activeContext, runIn } from '@genvitals/context/host';
import type { OpenAIClass, Runtime } from './runtime.ts';
import type { ClientShape } from './server.ts';
import { isStream, watchStream } from './stream.ts';

/** A resource such as `client.chat.completions`; its client is a private field of some versions. */
interface Resource {
  readonly _client?: ClientShape;
  readonly client?: ClientShape;
}

type Method = (this: Resource, ...args: unknown[]) => unknown;

interface Unwrapping {
  _thenUnwrap?<Result>(transform: (value: unknown) => Result): Unwrapping;
  readonly responsePromise?: Promise<unknown>;
  parseResponse?: (...args: unknown[]) => unknown;
}

/** Finds the class that has an endpoint's method: `Chat.Completions.create` are statics of the client. */
function findMethod(
  OpenAI: OpenAIClass,
  endpoint: Endpoint,
): { owner: Record<string, Method>; name: string } | undefined {
  const path = endpoint.resource.split('.');
  const name = path.pop() as string;
  let holder: unknown = OpenAI;
  for (const step of path) holder = (holder as Record<string, unknown> | undefined)?.[step];
  const owner = (holder as { prototype?: Record<string, Method> } | undefined)?.prototype;
  return typeof owner?.[name] === 'function' ? { owner, name } : undefined;
}

async function watchResponse(promise: Unwrapping, call: Call): Promise<void> {
  try {
    const props = (await promise.responsePromise) as { readonly response?: AnswerShape } | undefined;
    call.responded(props?.response);
    if (props !== undefined && !call.isParsing && !call.hasEnded) endWhenNeverParsed(props, call);
  } catch (error) {
    call.fail(error);
  }
}

/** A page is asked for what follows it, and what is derived of its promise can't be: it ends with its headers. */
async function watchPage(promise: Unwrapping, call: Call): Promise<void> {
  await watchResponse(promise, call);
  call.endAtHeaders();
}

/** An answer that cannot be read, or of which the client can make nothing, fails in a step before ours. */
function watchParsing(promise: Unwrapping, call: Call): void {
  const parse = promise.parseResponse;
  if (typeof parse !== 'function') return;
  promise.parseResponse = async function parseResponse(...args) {
    try {
      return await parse.apply(this, args);
    } catch (error) {
      call.fail(error);
      throw error;
    }
  };
}

/** Begins a call; what is odd about its client or its arguments is the client's to complain of. */
function begin(
  { recorder }: Runtime,
  endpoint: Endpoint,
  resource: Resource,
  [first, second]: readonly unknown[],
): Call | undefined {
  try {
    const params = endpoint.path.includes('{id}') ? { id: first, ...(second as object | undefined) } : first;
    return recorder.begin(endpoint, resource._client ?? resource.client ?? {}, params, activeContext());
  } catch (error) {
    recorder.complain(error);
    return undefined;
  }
}

/**
 * Follows calls method by method where the request layer is not known, by the client's own
 * `_thenUnwrap`, so that the body is still read once and only when the app asks. Retries and raw
 * responses cannot be seen from here.
 */
export class FallbackSeam {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** @returns whether any method was found */
  patch(OpenAI: OpenAIClass): boolean {
    let isPatched = false;
    for (const endpoint of endpoints) {
      const found = findMethod(OpenAI, endpoint);
      if (found === undefined) continue;
      const original = found.owner[found.name] as Method;
      found.owner[found.name] = this.#follow(endpoint, original);
      isPatched = true;
    }
    return isPatched;
  }

  #follow(endpoint: Endpoint, original: Method): Method {
    const runtime = this.#runtime;
    return function method(...args) {
      if (!runtime.isEnabled || !runtime.prepare()) return original.apply(this, args);
      const call = begin(runtime, endpoint, this, args);
      if (call === undefined) return original.apply(this, args);
      let promise: Unwrapping;
      try {
        promise = runIn(call.context, original, this, args) as Unwrapping;
      } catch (error) {
        call.fail(error);
        throw error;
      }
      if (typeof promise?._thenUnwrap !== 'function') {
        call.endAtHeaders();
        return promise;
      }
      if (Symbol.asyncIterator in promise) {
        void watchPage(promise, call);
        return promise;
      }
      void watchResponse(promise, call);
      const followed = promise._thenUnwrap((value) => {
        call.parseStarted();
        const fold = isStream(value) ? call.createFold() : undefined;
        if (fold !== undefined && isStream(value)) watchStream(value, call, fold);
        else call.succeed(value);
        return value;
      });
      watchParsing(followed, call);
      return followed;
    };
  }
}
