import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeFault } from '../fault.ts';
import { settings as processSettings } from '../settings.ts';
import { corsHeaders, isSystem, limitAddress, preflightHeaders } from './access.ts';
import { type Answer, type Incoming, RefusedRequest, toAnswer, toProblem } from './exchange.ts';
import { type JsonObject, takeFeedback } from './feedback-route.ts';
import { takeOutcome } from './outcomes-route.ts';
import { answerNode, fromFetch, fromNode, toResponse } from './request-kinds.ts';
import { readReceiverOptions, type ReceiverOptions, type ReceiverSettings } from './settings.ts';

/** What takes feedback and outcomes by HTTP, to be mounted in an app under any path. */
export interface Receiver {
  /**
   * For servers of the Fetch kind: hono, Next.js's route handlers. Never rejects.
   * @param sender without its address, which such a request does not tell, only tokens are limited
   */
  fetch(request: Request, sender?: Sender): Promise<Response>;
  /**
   * For `node:http`, express and fastify; settles when the answer was handed over. Never rejects.
   * @param sender default express's `request.ip`, else the address of the connection
   */
  node(request: IncomingMessage, response: ServerResponse, sender?: unknown): Promise<void>;
}

/** Who sent a request, where the app knows better than the connection. */
export interface Sender {
  readonly address?: string | undefined;
}

/** Of whatever a framework gives beside a request. */
function addressOf(sender: unknown): string | undefined {
  const address: unknown = (sender as Sender | null | undefined)?.address;
  return typeof address === 'string' && address !== '' ? address : undefined;
}

type Take = (body: JsonObject, ofSystem: boolean, settings: ReceiverSettings) => object;

const ROUTES: readonly (readonly [string, Take])[] = [
  ['/v1/feedback', takeFeedback],
  ['/v1/outcomes', takeOutcome],
];
const JSON_TYPE = /^application\/json(?:\s*;|$)/i;
const NO_CONTENT = 204;

async function readBody(request: Incoming, limit: number): Promise<JsonObject> {
  const encoding = request.header('content-encoding')?.toLowerCase() ?? 'identity';
  if (!JSON_TYPE.test(request.header('content-type') ?? '') || encoding !== 'identity')
    throw new RefusedRequest('TYPE_UNSUPPORTED');
  const announced = Number(request.header('content-length') ?? 0);
  const text = announced > limit ? undefined : await request.read(limit).catch(() => '');
  if (text === undefined)
    throw new RefusedRequest('BODY_TOO_LARGE', `The body is larger than ${limit} bytes`);
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as JsonObject;
  } catch {
    // The parser's message repeats what came.
  }
  throw new RefusedRequest('BODY_MALFORMED');
}

async function take(request: Incoming, settings: ReceiverSettings): Promise<Answer> {
  const route = ROUTES.find(([path]) => request.path.endsWith(path))?.[1];
  if (route === undefined) throw new RefusedRequest('PATH_UNKNOWN');
  if (request.method === 'OPTIONS') return { status: NO_CONTENT, headers: preflightHeaders(), body: '' };
  if (request.method !== 'POST')
    throw new RefusedRequest('METHOD_NOT_ALLOWED', undefined, { allow: 'POST, OPTIONS' });
  const hasBearer = request.header('authorization') !== undefined;
  // A system sends for many people from one address; whoever guesses at its token is limited.
  const ofSystem = hasBearer && isSystemLimited(request, settings);
  if (!hasBearer) limitAddress(request, settings);
  return toAnswer(200, route(await readBody(request, settings.maxBodyBytes), ofSystem, settings));
}

function isSystemLimited(request: Incoming, settings: ReceiverSettings): boolean {
  try {
    return isSystem(request, settings);
  } catch (error) {
    limitAddress(request, settings);
    throw error;
  }
}

function toRefusal(error: unknown): Answer {
  if (error instanceof RefusedRequest) return toProblem(error.code, error.message, error.headers);
  processSettings().diagnostics.warnOnce('receiver', `a request could not be taken: ${describeFault(error)}`);
  return toProblem('NOT_RECORDED', 'It could not be recorded');
}

async function answer(request: Incoming, settings: ReceiverSettings): Promise<Answer> {
  let cors: Record<string, string> = {};
  try {
    cors = corsHeaders(request, settings);
    const { headers, ...rest } = await take(request, settings);
    return { ...rest, headers: { ...headers, ...cors } };
  } catch (error) {
    const { headers, ...rest } = toRefusal(error);
    return { ...rest, headers: { ...headers, ...cors } };
  }
}

/**
 * Makes a receiver of `POST …/v1/feedback` and `POST …/v1/outcomes`. Throws a `FeedbackError` where there is no key, or
 * an option is of no use.
 */
export function createReceiver(options: ReceiverOptions = {}): Receiver {
  const settings = readReceiverOptions(options);
  return {
    fetch: async (request, sender) =>
      toResponse(await answer(fromFetch(request, addressOf(sender)), settings)),
    node: async (request, response, sender) => {
      answerNode(request, response, await answer(fromNode(request, addressOf(sender)), settings));
    },
  };
}
