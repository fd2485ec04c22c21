import { requestWords, type RequestOptions, type RequestWords } from './request-words.ts';

export type { RequestOptions, RequestWords } from './request-words.ts';

/** A request as far as it is looked at: of Express 4 and 5, Connect, or Node itself. */
export interface ExpressRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A response as far as it is written to. */
export interface ExpressResponse {
  readonly headersSent: boolean;
  setHeader(name: string, value: string): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Middleware for Express that puts what the app says around all that follows on a request, its streams and timers
 * too, as `withContext` does. Where no span is active, one is opened until the response is closed. What reads a
 * request's words may throw: the request goes on without them.
 *
 * @example
 * app.use(genvitals((request: Request) => ({ feature: 'support', userId: request.user?.id }), { responseHeader: true }));
 */
export function genvitals<Request extends ExpressRequest = ExpressRequest>(
  words: RequestWords<Request>,
  options: RequestOptions = {},
): (request: Request, response: ExpressResponse, next: () => void) => void {
  const enterRequest = requestWords(words, options, ({ headers }: Request) => headers['baggage']);
  return (request, response, next) => {
    const entry = enterRequest(request);
    if (entry === undefined) {
      next();
      return;
    }
    const { header, place, span } = entry;
    if (header !== undefined && !response.headersSent) response.setHeader(...header);
    if (span !== undefined)
      response.once('close', () => {
        entry.end({ result: undefined });
      });
    place(() => {
      next();
    });
  };
}
