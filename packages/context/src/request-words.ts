import { fromBaggage } from './baggage.ts';
import { describeFault } from './fault.ts';
import { spanOf } from './otel.ts';
import { settings } from './settings.ts';
import { enter, type Entered } from './with-context.ts';
import type { CallWords, ReceivedWords } from './words.ts';

/** What is not in a request is `null` in some frameworks, and not said. */
export type WordsOrNull = { readonly [Word in keyof CallWords]: CallWords[Word] | null };

/** What the app says of the calls that a request leads to: the same for all, or read from the request. */
export type RequestWords<Request> = CallWords | ((request: Request) => WordsOrNull | undefined);

/** How a request's words are taken, and what its response tells of it. */
export interface RequestOptions {
  /**
   * Puts the id of the request's trace into a header of the response, so that whoever complains can say which: `true`
   * for `x-trace-id`, or the header's name. No such header where absent.
   */
  readonly responseHeader?: true | string | undefined;
  /**
   * Takes words from the request's `baggage` header, as other services of yours send them. Only where nobody else can
   * reach this one: whoever can chooses features, sessions and users.
   */
  readonly trustBaggage?: boolean | undefined;
}

/** A request whose words hold. */
export interface RequestEntry extends Pick<Entered, 'place' | 'span' | 'end'> {
  /** What the response is to have. */
  readonly header: readonly [name: string, value: string] | undefined;
}

const DEFAULT_HEADER = 'x-trace-id';
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const NO_TRACE = /^0*$/;

function headerNameOf(wanted: unknown): string | undefined {
  if (wanted === true) return DEFAULT_HEADER;
  if (wanted === undefined || wanted === false) return undefined;
  if (typeof wanted === 'string' && HEADER_NAME.test(wanted)) return wanted;
  throw new TypeError(
    `RESPONSE_HEADER_INVALID: responseHeader wanted true or the name of a header, got ${JSON.stringify(wanted)}; name it like ${DEFAULT_HEADER}`,
  );
}

function warn(key: string, sentence: string): void {
  settings().diagnostics.warnOnce(key, sentence);
}

function saidOf<Request>(words: RequestWords<Request>, request: Request): CallWords {
  if (typeof words !== 'function') return words;
  try {
    const said: unknown = words(request);
    if (!(said instanceof Promise)) return (said as CallWords | undefined) ?? {};
    said.catch(() => undefined);
    warn(
      'request words promise',
      'the words of a request are left out: they wanted an object, got a promise; find them out before, and give them',
    );
  } catch (error) {
    warn('request words', `the words of a request are left out: ${describeFault(error)}`);
  }
  return {};
}

function receivedFrom(header: unknown): readonly ReceivedWords[] {
  // Of a header that comes twice, Fetch and Node make one.
  return typeof header === 'string' && header !== '' ? fromBaggage(header) : [];
}

/**
 * What puts a request's words around all that follows on it, for any framework. Wrong options throw at once; what
 * goes wrong with a request is said once, and it goes on without words.
 * @param baggageOf the request's `baggage` header
 */
export function requestWords<Request>(
  words: RequestWords<Request>,
  { responseHeader, trustBaggage }: RequestOptions,
  baggageOf: (request: Request) => unknown,
): (request: Request) => RequestEntry | undefined {
  const name = headerNameOf(responseHeader);
  return (request) => {
    const received = trustBaggage === true ? receivedFrom(baggageOf(request)) : [];
    const entered = enter([...received, saidOf(words, request)]);
    if (entered === undefined) return undefined;
    const traceId = name === undefined ? undefined : spanOf(entered.context)?.spanContext().traceId;
    const header =
      name === undefined || traceId === undefined || NO_TRACE.test(traceId)
        ? undefined
        : ([name, traceId] as const);
    return {
      place: entered.place,
      span: entered.span,
      end: (ended) => {
        entered.end(ended);
      },
      header,
    };
  };
}
