import type { IncomingMessage } from 'node:http';
import { type Attributes, context, type Span } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { routeOf } from './route.ts';

export interface HttpSpansOptions {
  readonly incoming: boolean;
  readonly fetch: boolean;
}

/** A query may hold what a user asked, or a key, and no header's value goes out: spans do without both. */
const LEFT_OUT: Attributes = { 'url.query': undefined, 'user_agent.original': undefined };

/** Of an incoming request these are what the client, or a proxy before us, wrote into headers. */
const LEFT_OUT_OF_INCOMING: Attributes = {
  ...LEFT_OUT,
  'client.address': undefined,
  'server.address': undefined,
  'server.port': undefined,
};

/**
 * What an app aborts or breaks a request with may quote what somebody wrote: of the error its type stays, where the
 * instrumentation writes one.
 */
function leaveOutWords(span: Span): void {
  if (!span.isRecording()) return;
  const { setStatus } = span;
  span.recordException = () => undefined;
  span.setStatus = ({ code }) => setStatus.call(span, { code });
}

export interface HttpSpans {
  /** From now on requests pass as if we were not there. Nothing is unpatched: others may have patched after us. */
  stop(): void;
}

/**
 * Makes spans of incoming requests, and of fetch requests that belong to one or to an OpenAI call, by OpenTelemetry's
 * own instrumentations.
 */
export function startHttpSpans({ incoming, fetch }: HttpSpansOptions): HttpSpans {
  let isOn = true;
  if (incoming) patchServers(() => isOn);
  if (fetch) startFetchSpans(() => isOn);
  return {
    stop: () => {
      isOn = false;
    },
  };
}

type Emit = (this: unknown, ...args: unknown[]) => unknown;

interface ServerModule {
  readonly Server: { readonly prototype: { emit: Emit } };
}

type Definitions = ReturnType<HttpInstrumentation['init']>;

function patchServers(isOn: () => boolean): void {
  const definitions: Definitions[number][] = [];
  /** Gives its patches out instead of hooking `require` for them: the modules are here, and loaded long ago. */
  class ServerInstrumentation extends HttpInstrumentation {
    override init(): Definitions {
      definitions.push(...super.init());
      return [] as unknown as Definitions;
    }
  }
  void new ServerInstrumentation({
    disableOutgoingRequestInstrumentation: true,
    startIncomingSpanHook: () => LEFT_OUT_OF_INCOMING,
    requestHook: (span, request) => {
      leaveOutWords(span);
      tellRoute(request as IncomingMessage);
    },
  });
  // Not by `require`: through the hook of somebody else's instrumentation that would patch them for it.
  const modules = {
    http: process.getBuiltinModule('node:http'),
    https: process.getBuiltinModule('node:https'),
  } as unknown as Readonly<Record<string, ServerModule>>;
  for (const { name, patch } of definitions) {
    const prototype = modules[name]?.Server.prototype;
    if (prototype === undefined || patch === undefined) continue;
    const untraced = prototype.emit;
    const stand: ServerModule = { Server: { prototype: { emit: untraced } } };
    patch(stand);
    const traced = stand.Server.prototype.emit;
    prototype.emit = function emit(...args) {
      return (isOn() ? traced : untraced).apply(this, args);
    };
  }
}

/** The instrumentation names the span by the route it finds in the context's RPC metadata when the response closes. */
function tellRoute(request: IncomingMessage): void {
  const metadata = getRPCMetadata(context.active());
  if (metadata === undefined) return;
  Object.defineProperty(metadata, 'route', {
    configurable: true,
    enumerable: true,
    get: () => routeOf(request),
    set(this: object, route: string) {
      Object.defineProperty(this, 'route', { value: route, writable: true });
    },
  });
}

interface FetchRequest {
  readonly origin: string;
  readonly path: string;
  readonly headers: string | readonly unknown[];
}

function startFetchSpans(isOn: () => boolean): void {
  void new UndiciInstrumentation({
    // A fetch of nobody's call would be a trace of its own.
    requireParentforSpans: true,
    // Whoever wrote the header traces this request.
    ignoreRequestHook: (request) => !isOn() || hasTraceHeader(request),
    startSpanHook: (request) => ({ ...LEFT_OUT, 'url.full': urlWithoutQuery(request) }),
    requestHook: leaveOutWords,
  });
}

function hasTraceHeader({ headers }: FetchRequest): boolean {
  return typeof headers === 'string'
    ? /^traceparent:/im.test(headers)
    : headers.some((name, index) => index % 2 === 0 && String(name).toLowerCase() === 'traceparent');
}

function urlWithoutQuery({ path, origin }: FetchRequest): string {
  const url = new URL(path, origin);
  return `${url.origin}${url.pathname}`;
}
