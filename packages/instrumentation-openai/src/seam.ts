import type { Context } from '@opentelemetry/api';
import { type Call, callOf } from './call.ts';
import { withoutCall } from './call-context.ts';
import { endWhenNeverParsed } from './dropped.ts';
import {
  type ApiPromise,
  answerParsed,
  callToParse,
  ClientPromises,
  type Marked,
  markAnswer,
} from './client-promise.ts';
import { type EndpointMatch, matchEndpoint } from './endpoint-match.ts';
import { paramsOf } from './form-params.ts';
import { type Method, replaceMethod } from './method-replacement.ts';
import { activeContext, hasContextManager, runIn } from '@genvitals/context/host';
import type { Runtime } from './runtime.ts';
import type { ClientShape } from './server.ts';
import { UsageInjection } from './usage-injection.ts';
import { isStream, watchStream } from './stream.ts';

/**
 * The request layer of the openai client, 4.19 to 7: the only file that knows its private shapes.
 * `makeRequest` is the logical call and re-enters itself for retries; the parse step makes the value the
 * app gets; `fetchWithTimeout` is one HTTP attempt; `asResponse` hands out the raw response.
 */
interface RequestOptions {
  readonly method?: unknown;
  readonly path?: unknown;
  readonly body?: unknown;
  readonly query?: unknown;
  readonly stream?: unknown;
  readonly __metadata?: { readonly model?: unknown } | null;
}

type Client = ClientShape & object;

export interface ClientPrototype {
  makeRequest?: unknown;
  request?: unknown;
  requestAPIList?: unknown;
  fetchWithTimeout?: unknown;
  parseResponseWithTimeout?: unknown;
}

/** Whether the client has the request layer this file knows. */
export function hasRequestLayer(prototype: ClientPrototype): boolean {
  return typeof prototype.makeRequest === 'function' && typeof prototype.request === 'function';
}

const SETTLED = Promise.resolve();

/**
 * Ends a call whose parsed answer nobody asks for. Who has asked by now begins to parse in the microtask after the
 * next one, and is not registered: a registration costs 2 µs, and keeps the call alive past its end.
 */
async function watchUnparsed(props: Marked, call: Call): Promise<void> {
  await SETTLED;
  await SETTLED;
  if (!call.isParsing && !call.hasEnded) endWhenNeverParsed(props, call);
}

/** Follows calls through the request layer. */
export class RequestSeam {
  readonly #runtime: Runtime;
  readonly #promises: ClientPromises;
  readonly #usageInjection: UsageInjection | undefined;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#promises = new ClientPromises(runtime);
    if (runtime.options.injectStreamUsage) this.#usageInjection = new UsageInjection(runtime.diagnostics);
  }

  patch(prototype: ClientPrototype): void {
    replaceMethod<Client>(prototype, 'makeRequest', (client, original, args) =>
      this.#makeRequest(client, original, args),
    );
    replaceMethod<Client>(prototype, 'fetchWithTimeout', (client, original, args) => {
      const result = original.apply(client, args);
      const call = callOf(activeContext());
      return call === undefined || call.hasEnded ? result : this.#watchAttempt(call, result);
    });
    // From 7.5 on the parse step is a method; before, a field of each promise.
    const parsesByMethod = typeof prototype.parseResponseWithTimeout === 'function';
    replaceMethod<Client>(prototype, 'parseResponseWithTimeout', (client, original, args) =>
      this.#parse(client, original, args, true),
    );
    const parse = parsesByMethod
      ? undefined
      : (original: Method, target: object, args: unknown[]) => this.#parse(target, original, args, false);
    for (const name of ['request', 'requestAPIList']) {
      replaceMethod<Client>(prototype, name, (client, original, args) => {
        const promise = original.apply(client, args);
        if (this.#runtime.isActive) this.#promises.watch(promise as ApiPromise, parse);
        return promise;
      });
    }
  }

  #makeRequest(client: Client, original: Method<Client>, args: unknown[]): unknown {
    const [, retriesRemaining, retryOf] = args;
    if (!this.#runtime.isEnabled) return original.apply(client, args);
    if (retriesRemaining !== null && retriesRemaining !== undefined) {
      // Another attempt of the call whose context is active. Without a context manager it cannot be told from
      // a request that was given its retries by hand, and is taken for what it nearly always is.
      const isAttempt = callOf(activeContext())?.hasEnded === false;
      if (isAttempt || typeof retryOf === 'string' || !hasContextManager())
        return original.apply(client, args);
    }
    if (!this.#runtime.prepare()) return original.apply(client, args);
    return this.#begin(client, original, args, activeContext());
  }

  async #begin(
    client: Client,
    original: Method<Client>,
    args: unknown[],
    parent: Context,
  ): Promise<Marked | undefined> {
    const options = (await args[0]) as RequestOptions;
    const match = matchEndpoint(options?.method, options?.path, client.baseURL);
    const call = match === undefined ? undefined : this.#start(client, match, options, parent);
    if (call === undefined) {
      // Inside of a call, by a fetch of the app's own, it is a request of its own: none of the call's attempts.
      return callOf(parent) === undefined
        ? (original.apply(client, args) as Promise<Marked>)
        : (runIn(withoutCall(parent), original, client, args) as Promise<Marked>);
    }
    const send = (given: RequestOptions): unknown => {
      args[0] = given;
      return runIn(call.context, original, client, args);
    };
    let props: Marked;
    try {
      props = (await this.#sendBy(send, client, options, call)) as Marked;
    } catch (error) {
      call.fail(error);
      throw error;
    }
    call.responded(props.response);
    markAnswer(props, call);
    void watchUnparsed(props, call);
    return props;
  }

  /** Sends the request, with its stream's usage asked for where the option says so and the server lets us. */
  #sendBy(
    send: (given: RequestOptions) => unknown,
    client: Client,
    options: RequestOptions,
    call: Call,
  ): unknown {
    const injection = this.#usageInjection;
    const injected = injection?.inject(call.endpoint, client, options);
    if (injection === undefined || injected === undefined) return send(options);
    call.isUsageInjected = true;
    return (send(injected) as Promise<unknown>).then(
      (answer) => {
        injection.accept(client);
        return answer;
      },
      (error: unknown) => {
        if (!injection.mayBeRefusal(client, error)) throw error;
        call.isUsageInjected = false;
        // Where this fails too, it is the app's own request that is refused, and its error is the app's.
        return (send(options) as Promise<unknown>).then((answer) => {
          injection.refuse(client);
          return answer;
        });
      },
    );
  }

  #start(client: Client, match: EndpointMatch, options: RequestOptions, parent: Context): Call | undefined {
    const { recorder } = this.#runtime;
    try {
      const body = paramsOf(options.body, options.__metadata?.model);
      return recorder.begin(match.endpoint, client, match.toParams(body, options.query), parent);
    } catch (error) {
      recorder.complain(error);
      return undefined;
    }
  }

  #watchAttempt(call: Call, result: unknown): unknown {
    return (result as Promise<{ readonly status?: unknown; readonly headers?: unknown } | undefined>).then(
      (response) => {
        try {
          const status = response?.status;
          if (typeof status === 'number') call.attempts.answered(status, response?.headers);
        } catch {
          // A fetch of the app's own may give anything; the client complains of it in its own words.
        }
        return response;
      },
      (error: unknown) => {
        call.attempts.failed(error);
        throw error;
      },
    );
  }

  /**
   * The parse step of either kind: its last argument is the answer's properties.
   * @param mayRequest from 7.5 on a body that times out is asked for again from here: still this call
   */
  #parse(client: Client, original: Method<Client>, args: unknown[], mayRequest: boolean): unknown {
    const call = callToParse(args);
    if (call === undefined) return original.apply(client, args);
    call.parseStarted();
    const result = mayRequest ? runIn(call.context, original, client, args) : original.apply(client, args);
    if (!(result instanceof Promise)) return result;
    return result.then(
      (value: unknown) => {
        this.#parsed(call, value, args);
        return value;
      },
      (error: unknown) => {
        call.fail(error);
        throw error;
      },
    );
  }

  #parsed(call: Call, value: unknown, args: unknown[]): void {
    try {
      const fold = isStream(value) ? call.createFold() : undefined;
      const strip = call.isUsageInjected ? call.endpoint.streamUsage?.strip : undefined;
      if (fold !== undefined && isStream(value)) watchStream(value, call, fold, strip);
      else answerParsed(args, call, value);
    } catch (error) {
      this.#runtime.recorder.complain(error);
      call.endAtHeaders();
    }
  }
}
