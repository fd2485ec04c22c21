import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Incoming } from './exchange.ts';

/** What frameworks add to a request of Node.js. */
interface FrameworkRequest extends IncomingMessage {
  /** Express's: who asked, by its `trust proxy`. */
  readonly ip?: unknown;
  /** What a parser of bodies has read before. */
  readonly body?: unknown;
}

const PATH_END = /[?#]/;

/** Joins what was read, as text; a byte that is no UTF-8 is refused later, as JSON. */
function join(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

/** Whether the body is to be had from who has read it: the parsers of Express 4 put an empty one where they read none. */
function isParsed({ readableDidRead, readableEnded, body }: FrameworkRequest): boolean {
  if (readableDidRead || readableEnded) return true;
  return body !== undefined && !(typeof body === 'object' && Object.keys(body ?? {}).length === 0);
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? join([body]) : JSON.stringify(body ?? null);
}

async function readNode(request: FrameworkRequest, limit: number): Promise<string | undefined> {
  if (isParsed(request)) {
    const text = textOf(request.body);
    return Buffer.byteLength(text) > limit ? undefined : text;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  // Without destroying it at the limit: the refusal still goes out on this socket.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  return join(chunks);
}

/** A request of `node:http`, express and their like. */
export function fromNode(request: FrameworkRequest, address: string | undefined): Incoming {
  const { ip } = request;
  return {
    method: request.method ?? '',
    path: (request.url ?? '').split(PATH_END, 1)[0] ?? '',
    header: (name) => {
      // HTTP/2 has a name of its own for the host.
      const value = request.headers[name] ?? (name === 'host' ? request.headers[':authority'] : undefined);
      return Array.isArray(value) ? value.join(', ') : value;
    },
    address: address ?? (typeof ip === 'string' ? ip : request.socket.remoteAddress),
    read: (limit) => readNode(request, limit),
  };
}

/** Answers, and hangs up where the sender may still be sending what nobody reads. */
export function answerNode(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const isRead = request.readableEnded || request.complete;
  if (!isRead) request.resume();
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(answer.body !== '' && { 'content-length': String(Buffer.byteLength(answer.body)) }),
    // HTTP/2 has no such header, and would warn of it.
    ...(!isRead && request.httpVersionMajor !== 2 && { connection: 'close' }),
  });
  response.end(answer.body);
}

async function readFetch(request: Request, limit: number): Promise<string | undefined> {
  const reader = request.body?.getReader();
  if (reader === undefined) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return join(chunks);
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(value);
  }
}

/** A request of the Fetch kind: hono's, Next.js's route handlers'. */
export function fromFetch(request: Request, address: string | undefined): Incoming {
  const url = new URL(request.url);
  return {
    method: request.method,
    path: url.pathname,
    header: (name) => request.headers.get(name) ?? (name === 'host' ? url.host : undefined),
    address,
    read: (limit) => readFetch(request, limit),
  };
}

export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body === '' ? null : body, { status, headers });
}
