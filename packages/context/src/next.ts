import { requestWords, type RequestOptions, type RequestWords } from './request-words.ts';
import { runToEnd } from './run-to-end.ts';

export type { RequestOptions, RequestWords } from './request-words.ts';

/** A request as far as it is looked at. */
export interface NextRequestLike {
  readonly headers: { get(name: string): string | null };
}

type RouteHandler<Request, Rest extends unknown[], Result> = (request: Request, ...rest: Rest) => Result;

/** The headers of what `fetch` gave cannot be changed: a response of one's own has the same body. */
function withHeader(response: Response, [name, value]: readonly [name: string, value: string]): Response {
  try {
    response.headers.set(name, value);
    return response;
  } catch {
    const { status, statusText, headers, body } = response;
    const own = new Response(body, { status, statusText, headers });
    own.headers.set(name, value);
    return own;
  }
}

/**
 * Puts what the app says around route handlers of Next.js, their streams and timers too, as `withContext` does. Where
 * no span is active, one is opened until the handler gives its response; what a streamed body does after that is in
 * the same trace. What reads a request's words may throw: the request goes on without them.
 *
 * @example
 * export const POST = genvitals({ feature: 'chat' }, { responseHeader: true })(async (request) => { ... });
 */
export function genvitals<Request extends NextRequestLike = NextRequestLike>(
  words: RequestWords<Request>,
  options: RequestOptions = {},
): <Handled extends Request, Rest extends unknown[], Result extends Response | undefined | void>(
  handler: RouteHandler<Handled, Rest, Result | Promise<Result>>,
) => RouteHandler<Handled, Rest, Promise<Result>> {
  const enterRequest = requestWords(words, options, ({ headers }: Request) => headers.get('baggage'));
  return (handler) =>
    async (request, ...rest) => {
      const entry = enterRequest(request);
      if (entry === undefined) return handler(request, ...rest);
      const result = await runToEnd(
        async () => handler(request, ...rest),
        entry.place,
        (ended) => {
          entry.end(ended);
        },
      );
      return entry.header === undefined || !(result instanceof Response)
        ? result
        : (withHeader(result, entry.header) as typeof result);
    };
}
