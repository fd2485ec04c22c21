import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { type Attributes, context } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { routeOf } from './route.ts';

export interface HttpSpansOptions {
  readonly incoming: boolean;
  readonly fetch: boolean;
}

/** A query may hold what a user asked, or a key, so spans go without it. */
const WITHOUT_QUERY: Attributes = { 'url.query': undefined };

/**
 * Makes spans of incoming requests (by OpenTelemetry's own instrumentations), and of fetch requests that belong to
 * one or to an OpenAI call. Never switched off again: an app may have patched the same places after us.
 */
export function startHttpSpans({ incoming, fetch }: HttpSpansOptions): void {
  if (incoming) patchServers();
  if (fetch) startFetchSpans();
}

interface ServerModule {
  readonly Server: { readonly prototype: { emit: (...args: never[]) => boolean } };
}

type Definition = ReturnType<HttpInstrumentation['init']>[number];

function patchServers(): void {
  const definitions: Definition[] = [];
  /** Gives its patches out instead of hooking `require` for them: the modules are here, and loaded long ago. */
  class ServerInstrumentation extends HttpInstrumentation {
    override init(): ReturnType<HttpInstrumentation['init']> {
      definitions.push(...super.init());
      return [] as unknown as ReturnType<HttpInstrumentation['init']>;
    }
  }
  void new ServerInstrumentation({
    disableOutgoingRequestInstrumentation: true,
    startIncomingSpanHook: () => WITHOUT_QUERY,
    requestHook: (_span, request) => {
      tellRoute(request as IncomingMessage);
    },
  });
  const modules: Readonly<Record<string, ServerModule>> = { http, https };
  for (const { name, patch } of definitions) {
    const module = modules[name];
    if (module !== undefined) patch?.(module);
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

function startFetchSpans(): void {
  void new UndiciInstrumentation({
    // A fetch of nobody's call would be a trace of its own.
    requireParentforSpans: true,
    // Whoever wrote the header traces this request.
    ignoreRequestHook: (request) => hasTraceHeader(request),
    startSpanHook: (request) => ({ ...WITHOUT_QUERY, 'url.full': urlWithoutQuery(request) }),
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
