import { requestWords, type RequestOptions, type RequestWords } from './request-words.ts';

export type { RequestOptions, RequestWords } from './request-words.ts';

/** A request as far as it is looked at. */
export interface FastifyRequestLike {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A reply as far as it is written to. */
export interface FastifyReplyLike {
  readonly raw: { once(event: 'close', listener: () => void): unknown };
  header(name: string, value: string): unknown;
}

type Hook<Request> = (request: Request, reply: FastifyReplyLike, done: () => void) => void;

/** An instance as far as it is used. */
export interface FastifyLike<Request> {
  addHook(name: 'preHandler', hook: Hook<Request>): unknown;
}

/** What Fastify does not shut into a scope of its own: its hooks are for all routes beside it. */
const SKIP_OVERRIDE = Symbol.for('skip-override');

/**
 * Plugin for Fastify that puts what the app says around the handlers of requests, their streams and timers too, as
 * `withContext` does. The words are read when body, parameters and what earlier hooks have added are there. Where no
 * span is active, one is opened until the response is closed. What reads a request's words may throw: the request goes
 * on without them.
 *
 * @example
 * app.register(genvitals((request) => ({ feature: 'support', sessionId: request.headers['x-session'] })));
 */
export function genvitals<Request extends FastifyRequestLike = FastifyRequestLike>(
  words: RequestWords<Request>,
  options: RequestOptions = {},
): (instance: FastifyLike<Request>, pluginOptions: unknown, done: () => void) => void {
  const enterRequest = requestWords(words, options, ({ headers }: Request) => headers['baggage']);
  const hook: Hook<Request> = (request, reply, done) => {
    const entry = enterRequest(request);
    if (entry === undefined) {
      done();
      return;
    }
    const { header, place, span } = entry;
    if (header !== undefined) reply.header(...header);
    if (span !== undefined)
      reply.raw.once('close', () => {
        entry.end({ result: undefined });
      });
    place(done);
  };
  const plugin = (instance: FastifyLike<Request>, _pluginOptions: unknown, done: () => void): void => {
    instance.addHook('preHandler', hook);
    done();
  };
  return Object.assign(plugin, { [SKIP_OVERRIDE]: true });
}
