/** What an AWS Lambda function is told of its invocation. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
  readonly functionName?: unknown;
  readonly functionVersion?: unknown;
  readonly awsRequestId?: unknown;
  readonly invokedFunctionArn?: unknown;
}

/** What is asked of the two kinds of streams that a handler may be given for its answer. */
export interface ResponseStream {
  readonly writableFinished?: boolean;
  readonly destroyed?: boolean;
  once(event: 'finish' | 'close', listener: () => void): unknown;
  end(...args: unknown[]): unknown;
}

type Callback = (...args: unknown[]) => unknown;

/** A handler's arguments, told apart by what they can do: no platform says what it calls. */
export interface HandlerArguments {
  readonly event: unknown;
  readonly context: LambdaContext | undefined;
  /** AWS Lambda: `(event, context, callback)`. */
  readonly callback: Callback | undefined;
  /** AWS Lambda: `(event, responseStream, context)`. */
  readonly stream: ResponseStream | undefined;
  /** Express, Google Cloud Functions, Vercel: `(request, response)`. */
  readonly response: ResponseStream | undefined;
  /** Netlify gives it with its context. */
  readonly waitUntil: WaitUntil | undefined;
}

/** Keeps a function awake until `work` is settled, without its answer having to wait. */
export type WaitUntil = (work: Promise<unknown>) => void;

export function readArguments(args: readonly unknown[]): HandlerArguments {
  const [event, second, third] = args;
  const context = [second, third].find(isLambdaContext);
  const written = isResponseStream(second) ? second : undefined;
  const isStreaming = written !== undefined && context !== undefined;
  return {
    event,
    context,
    callback: written === undefined && typeof third === 'function' ? (third as Callback) : undefined,
    stream: isStreaming ? written : undefined,
    response: isStreaming ? undefined : written,
    waitUntil: findWaitUntil(second),
  };
}

/** Where Next.js and Vercel keep what belongs to the request under way; `waitUntil` of `@vercel/functions` asks the same. */
const REQUEST_CONTEXTS = ['@next/request-context', '@vercel/request-context'];

function findWaitUntil(context: unknown): WaitUntil | undefined {
  const holders = [context, ...REQUEST_CONTEXTS.map((name) => requestContext(Symbol.for(name)))];
  for (const holder of holders) {
    const waitUntil = read(holder, 'waitUntil');
    if (typeof waitUntil === 'function') return (work) => void waitUntil.call(holder, work);
  }
  return undefined;
}

function requestContext(slot: symbol): unknown {
  try {
    const holder: unknown = Reflect.get(globalThis, slot);
    const get = read(holder, 'get');
    return typeof get === 'function' ? get.call(holder) : undefined;
  } catch {
    return undefined;
  }
}

function isLambdaContext(value: unknown): value is LambdaContext {
  return typeof read(value, 'getRemainingTimeInMillis') === 'function';
}

function isResponseStream(value: unknown): value is ResponseStream {
  return ['write', 'end', 'once'].every((method) => typeof read(value, method) === 'function');
}

/** A member of anything; what throws when it is looked at has none. */
export function read(value: unknown, name: string): unknown {
  try {
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  } catch {
    return undefined;
  }
}
