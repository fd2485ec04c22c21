import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the server got it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: any;
}

export type Reply = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

/** A server that speaks as a provider would, by a script. */
export interface ProviderServer {
  /** Base URL for the client. */
  readonly url: string;
  readonly port: number;
  /** What came since the script was last set. */
  readonly requests: readonly SeenRequest[];
  /** The answers to the next requests, in their order; the last one answers all that follow. */
  script(...replies: Reply[]): void;
  close(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString('utf8');
  if (text === '') return undefined;
  const isJson = request.headers['content-type']?.includes('json') === true;
  return isJson ? (JSON.parse(text) as unknown) : text;
}

export async function createProviderServer(): Promise<ProviderServer> {
  let replies: Reply[] = [];
  let requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const seen: SeenRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: await readBody(request),
      };
      requests.push(seen);
      const reply = replies.length > 1 ? replies.shift() : replies[0];
      if (reply === undefined) response.writeHead(501).end('no reply was scripted');
      else await reply(response, seen);
    })().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    get requests() {
      return requests;
    },
    script(...next) {
      replies = next;
      requests = [];
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A whole answer. */
export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** An error as the API sends it. */
export function apiError(
  status: number,
  error: {
    readonly message?: string;
    readonly type?: string;
    readonly code?: string | null;
    readonly param?: string;
  },
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return json({ error: { message: 'told by the provider', type: 'some_error', ...error } }, status, headers);
}

/** Bytes that are what they are. */
export function bytes(text: string, contentType = 'application/json', status = 200): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': contentType }).end(text);
  };
}

function eventText(event: unknown): string {
  const { type } = event as { type?: unknown };
  const name = typeof type === 'string' ? `event: ${type}\n` : '';
  return `${name}data: ${JSON.stringify(event)}\n\n`;
}

/** What comes after the events of a stream: its proper end, nothing more for ever, or a cut connection. */
type StreamEnd = 'done' | 'hang' | 'cut';

/** A stream of server-sent events; a number among the events is a pause in milliseconds. */
export function sse(events: readonly unknown[], end: StreamEnd = 'done'): Reply {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const event of events) {
      if (typeof event === 'number') await pause(event);
      else response.write(eventText(event));
    }
    if (end === 'done') response.end('data: [DONE]\n\n');
    // What was written has to leave before the connection is torn.
    else if (end === 'cut') response.write('', () => setTimeout(() => response.destroy(), 5));
  };
}

/** Takes the request and says nothing. */
export const silence: Reply = () => undefined;

/** Tears the connection before a byte of an answer. */
export const hangUp: Reply = (response) => {
  response.destroy();
};

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
