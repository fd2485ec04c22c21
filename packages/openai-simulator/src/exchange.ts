import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError, apiErrors } from './errors.ts';
import { type JsonObject, isObject } from './json.ts';

/** One request and its answer on the wire. Everything rejects with an AbortError once the client has gone. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
  header(name: string): string | undefined;
  /** Headers every answer carries; to be set before the answer begins. */
  set(headers: Readonly<Record<string, string>>): void;
  /** Throws the API's 400 or 413. */
  readJson(): Promise<JsonObject>;
  sleep(milliseconds: number): Promise<void>;
  sendJson(status: number, body: unknown, headers?: Readonly<Record<string, string>>): void;
  /** Announces a whole body and sends a part of it. */
  sendPart(text: string, wholeBytes: number): void;
  startStream(headers: Readonly<Record<string, string>>): void;
  /** Waits until the client has room for it. */
  write(text: string): Promise<void>;
  end(): void;
  /** Closes the connection after what was written, without a proper end. */
  cut(): void;
  readonly hasStarted: boolean;
}

const mostBodyBytes = 64 * 1024 * 1024;
/** How long a client may go on sending a body that has been refused. */
const refusedBodyMs = 2000;

async function readBody(request: IncomingMessage, signal: AbortSignal): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > mostBodyBytes)
    throw apiErrors.bodyTooLarge(mostBodyBytes);
  return await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onGone = (): void => reject(signal.reason as Error);
    const settle = (): void => {
      request.removeAllListeners('data');
      signal.removeEventListener('abort', onGone);
    };
    signal.addEventListener('abort', onGone, { once: true });
    request.on('error', reject);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= mostBodyBytes) {
        chunks.push(chunk);
        return;
      }
      settle();
      reject(apiErrors.bodyTooLarge(mostBodyBytes));
    });
    request.on('end', () => {
      settle();
      resolve(Buffer.concat(chunks));
    });
  });
}

function parseObject(bytes: Buffer): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw apiErrors.brokenJson();
  }
  if (!isObject(value)) throw apiErrors.brokenJson();
  return value;
}

export function createExchange(
  request: IncomingMessage,
  response: ServerResponse,
  onStatus: (status: number) => void,
): Exchange {
  const gone = new AbortController();
  const { signal } = gone;
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  // A write to a client that has gone is an error event; the close event tells the story.
  response.on('error', () => gone.abort());
  // Not by URL: it throws for what a client may write as well, "//" for one.
  const [path = '/', ...query] = (request.url ?? '/').split('?');

  function start(status: number, headers: Record<string, string>): void {
    onStatus(status);
    response.writeHead(status, headers);
  }

  function refuseRest(): void {
    if (request.complete) return;
    // The rest of the body is thrown away so that the client can read the answer before the connection closes.
    response.setHeader('connection', 'close');
    request.resume();
    response.on('finish', () => setTimeout(() => request.destroy(), refusedBodyMs).unref());
  }

  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query.join('?')),
    signal,
    header(name) {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    set(headers) {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    },
    readJson: async () => parseObject(await readBody(request, signal)),
    async sleep(milliseconds) {
      if (milliseconds > 0) await wait(milliseconds, undefined, { signal });
      else signal.throwIfAborted();
    },
    sendJson(status, body, headers = {}) {
      refuseRest();
      const text = JSON.stringify(body);
      start(status, {
        ...headers,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
      });
      response.end(request.method === 'HEAD' ? undefined : text);
    },
    sendPart(text, wholeBytes) {
      start(200, { 'content-type': 'application/json', 'content-length': String(wholeBytes) });
      response.write(text);
    },
    startStream(headers) {
      start(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
      });
    },
    async write(text) {
      signal.throwIfAborted();
      if (!response.write(text)) await once(response, 'drain', { signal });
    },
    end: () => void response.end(),
    cut() {
      if (response.headersSent) response.socket?.destroySoon();
      else response.destroy();
    },
    get hasStarted() {
      return response.headersSent;
    },
  };
}

/** The error to answer with; whatever is not the API's own is the API's 500. */
export function toApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : apiErrors.serverError();
}
