import { requestWords, type RequestOptions, type RequestWords } from './request-words.ts';
import { runToEnd } from './run-to-end.ts';

export type { RequestOptions, RequestWords } from './request-words.ts';

/** Hono's context as far as it is used. */
export interface HonoContextLike {
  readonly req: { header(name: string): string | undefined };
  header(name: string, value: string): void;
}

/**
 * Middleware for Hono that puts what the app says around all that follows on a request, its streams and timers too, as
 * `withContext` does. Where no span is active, one is opened until the response is made; what a streamed body does
 * after that is in the same trace. What reads a request's words may throw: the request goes on without them.
 *
 * @example
 * app.use(genvitals((c) => ({ feature: 'support', userId: c.req.header('x-user') }), { responseHeader: true }));
 */
export function genvitals<Context extends HonoContextLike = HonoContextLike>(
  words: RequestWords<Context>,
  options: RequestOptions = {},
): (context: Context, next: () => Promise<void>) => Promise<void> {
  const enterRequest = requestWords(words, options, ({ req }: Context) => req.header('baggage'));
  return async (context, next) => {
    const entry = enterRequest(context);
    if (entry === undefined) {
      await next();
      return;
    }
    await runToEnd(next, entry.place, (ended) => {
      entry.end(ended);
    });
    // A handler may have made a response of its own: what was set before would be lost.
    if (entry.header !== undefined) context.header(...entry.header);
  };
}
