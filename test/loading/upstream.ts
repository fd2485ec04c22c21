import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Upstream {
  /** The base URL for a client: ends in /v1. */
  readonly url: string;
  /** Raw headers of the requests, in which a header sent twice stands twice. */
  readonly requests: { readonly path: string; readonly rawHeaders: readonly string[] }[];
  close(): Promise<void>;
}

const ANSWER = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Forty-two.' } }],
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
});

/** Quicker than any model answers. */
const LATENCY_MS = 250;

/** Answers every request with one chat completion and keeps its headers: what the simulator does not show. */
export async function createUpstream(latencyMs = LATENCY_MS): Promise<Upstream> {
  const requests: Upstream['requests'] = [];
  const server = createServer((request: IncomingMessage, response) => {
    requests.push({ path: request.url ?? '', rawHeaders: request.rawHeaders });
    const answer = (): void => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER);
    };
    request.resume();
    request.on('end', () => {
      if (latencyMs === 0) answer();
      else setTimeout(answer, latencyMs);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The values of a header, one for each time it was sent. */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}
