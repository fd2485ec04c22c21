import type {
  Context,
  ContextManager,
  DiagLogger,
  MeterProvider,
  Span,
  TextMapPropagator,
  TracerProvider,
} from '@opentelemetry/api';

/** What a logger of either logs API (api-logs 0.2xx, api 1.10) takes; written out so that API 1.9 types suffice. */
export interface LogRecord {
  readonly eventName: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly timestamp: number;
  readonly attributes: Record<string, unknown>;
  readonly context: Context;
}

export interface Logger {
  emit(record: LogRecord): void;
}

export interface LoggerProvider {
  getLogger(name: string, version?: string, options?: { schemaUrl?: string }): Logger;
}

interface Slots {
  readonly trace?: TracerProvider;
  readonly metrics?: MeterProvider;
  readonly logs?: LoggerProvider;
  readonly context?: ContextManager;
  readonly propagation?: TextMapPropagator;
  readonly diag?: DiagLogger;
}

/**
 * OpenTelemetry's global slots, read where every copy of the API keeps them. Not loading the API saves
 * its start-up time, and makes an app's own API of any 1.x version ours too: a copy with a newer minor
 * than the registered one would hand out no-ops (api `internal/semver`).
 */
const API_SLOT = Symbol.for('opentelemetry.js.api.1');
/** The logs API of SDK 2.x keeps a getter here, called with the version the caller understands. */
const API_LOGS_SLOT = Symbol.for('io.opentelemetry.js.api.logs');
const API_LOGS_VERSION = 1;

/** The API's own context keys: `createContextKey` is `Symbol.for`, so all copies agree on them. */
export const SPAN_KEY = Symbol.for('OpenTelemetry Context Key SPAN');
const SUPPRESS_TRACING_KEY = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const RPC_METADATA_KEY = Symbol.for('OpenTelemetry SDK Context Key RPC_METADATA');

type GlobalSlots = typeof globalThis & {
  [API_SLOT]?: Slots;
  [API_LOGS_SLOT]?: (version: number) => LoggerProvider | undefined;
};

const globals = globalThis as GlobalSlots;
const NO_SLOTS: Slots = {};

/** What is registered now; an empty object where no OpenTelemetry was registered. */
export function readSlots(): Slots {
  return globals[API_SLOT] ?? NO_SLOTS;
}

/** The registered logger provider of either logs API. */
export function readLoggerProvider(): LoggerProvider | undefined {
  return readSlots().logs ?? globals[API_LOGS_SLOT]?.(API_LOGS_VERSION);
}

/** An immutable context for processes without a context manager, equal to the API's ROOT_CONTEXT. */
class PlainContext implements Context {
  readonly #values: ReadonlyMap<symbol, unknown>;

  constructor(values: ReadonlyMap<symbol, unknown>) {
    this.#values = values;
  }

  getValue(key: symbol): unknown {
    return this.#values.get(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new PlainContext(new Map(this.#values).set(key, value));
  }

  deleteValue(key: symbol): Context {
    const values = new Map(this.#values);
    values.delete(key);
    return new PlainContext(values);
  }
}

const ROOT: Context = new PlainContext(new Map());

export function activeContext(): Context {
  return readSlots().context?.active() ?? ROOT;
}

/** Without one, what runs inside of a call cannot be told from what runs beside it. */
export function hasContextManager(): boolean {
  return readSlots().context !== undefined;
}

/** Runs `fn` with `context` active; without a context manager it simply runs. */
export function runIn<This, Args extends unknown[], Result>(
  context: Context,
  fn: (this: This, ...args: Args) => Result,
  self: This,
  args: Args,
): Result {
  const manager = readSlots().context;
  // The API types the arguments by the function's own; what is passed on here is just that.
  return manager === undefined
    ? fn.apply(self, args)
    : manager.with<unknown[], (...values: unknown[]) => Result>(context, fn as never, self, ...args);
}

export function isTracingSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESS_TRACING_KEY) === true;
}

export function spanOf(context: Context): Span | undefined {
  return context.getValue(SPAN_KEY) as Span | undefined;
}

export interface ServerRequest {
  readonly span?: Span;
  readonly route?: string;
}

/** The server span around a call, and its route where a framework instrumentation has told it. */
export function serverRequestOf(context: Context): ServerRequest | undefined {
  return context.getValue(RPC_METADATA_KEY) as ServerRequest | undefined;
}
