import type {
  Attributes,
  Context,
  ContextManager,
  Span,
  SpanKind,
  SpanStatusCode,
  TextMapPropagator,
  TracerProvider,
} from '@opentelemetry/api';
import { attributes as ledger } from '@genvitals/conventions';
import { FUNCTION_KEY } from '@genvitals/instrumentation-openai/host';
import { readFunctionFacts } from './function-platform.ts';
import type { LambdaContext } from './handler-arguments.ts';
import { readSlots } from './otel-slots.ts';
import { VERSION } from './version.ts';

export interface InvocationFacts {
  readonly event: unknown;
  readonly context: LambdaContext | undefined;
}

/** One invocation of a function, around its handler. Nothing in it throws. */
export interface Invocation {
  /** Runs the handler with the function's name as the feature of its calls. */
  run<Result>(handler: () => Result): Result;
  /** Once; later ones change nothing. */
  end(error?: unknown): void;
}

interface Slots {
  readonly trace?: TracerProvider;
  readonly context?: ContextManager;
  readonly propagation?: TextMapPropagator;
}

/** The API's own, without loading it. */
const SPAN_KEY = Symbol.for('OpenTelemetry Context Key SPAN');
const SERVER = 1 as SpanKind.SERVER;
const ERROR = 2 as SpanStatusCode.ERROR;

let isWarm = false;

/**
 * Begins an invocation: one server span named by the function, as OpenTelemetry's conventions for functions have it,
 * unless somebody has made a span of it. Undefined where the platform names no function, or nothing is traced.
 */
export function beginInvocation({ event, context }: InvocationFacts): Invocation | undefined {
  try {
    const isColdStart = !isWarm;
    isWarm = true;
    const facts = readFunctionFacts(process.env);
    const name = facts?.isOneFunction === true ? facts.name : undefined;
    const slots = readSlots() as Slots;
    if (name === undefined || slots.context === undefined) return undefined;
    const active = slots.context.active().setValue(FUNCTION_KEY, name);
    if (active.getValue(SPAN_KEY) !== undefined) return toInvocation(slots.context, active, undefined);

    const parent = slots.propagation?.extract(active, headersOf(event), headerGetter) ?? active;
    const attributes = { [ledger.faasColdstart.key]: isColdStart, ...describe(context, facts?.version) };
    const span = slots.trace
      ?.getTracer('@genvitals/node', VERSION)
      .startSpan(name, { kind: SERVER, attributes }, parent);
    return toInvocation(slots.context, span === undefined ? parent : parent.setValue(SPAN_KEY, span), span);
  } catch {
    // Providers of other making may throw, and the handler must run.
    return undefined;
  }
}

function toInvocation(manager: ContextManager, active: Context, span: Span | undefined): Invocation {
  let isEnded = false;
  return {
    run: (handler) => manager.with(active, handler),
    end: (error) => {
      if (isEnded || span === undefined) return;
      isEnded = true;
      try {
        if (error !== undefined) {
          span.setAttribute(ledger.errorType.key, error instanceof Error ? error.name : typeof error);
          span.setStatus({ code: ERROR });
        }
        span.end();
      } catch {
        // As above.
      }
    },
  };
}

function describe(context: LambdaContext | undefined, version: string | undefined): Attributes {
  const found: Attributes = {};
  const { awsRequestId, invokedFunctionArn } = context ?? {};
  if (typeof awsRequestId === 'string') found[ledger.faasInvocationId.key] = awsRequestId;
  if (typeof invokedFunctionArn !== 'string') return found;
  // arn:aws:lambda:REGION:ACCOUNT:function:NAME and, where it was called by an alias or a version, that.
  const parts = invokedFunctionArn.split(':');
  const account = parts[4];
  if (account !== undefined && account !== '') found[ledger.cloudAccountId.key] = account;
  const whole = parts.length > 7 && version !== undefined ? [...parts.slice(0, 7), version] : parts;
  found[ledger.cloudResourceId.key] = whole.join(':');
  return found;
}

type Headers = Readonly<Record<string, unknown>>;

/** Those of the request that an HTTP gateway made an event of. */
function headersOf(event: unknown): Headers {
  const headers = (event as { headers?: unknown } | null | undefined)?.headers;
  return typeof headers === 'object' && headers !== null ? (headers as Headers) : {};
}

const headerGetter = {
  keys: (headers: Headers): string[] => Object.keys(headers),
  get: (headers: Headers, wanted: string): string | undefined => {
    const name = Object.keys(headers).find((key) => key.toLowerCase() === wanted.toLowerCase());
    const value = name === undefined ? undefined : headers[name];
    return typeof value === 'string' ? value : undefined;
  },
};
