import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeHeaders, withoutVolatileParts } from '../describe.ts';
import { asTheAppMadeIt, isUsageInjected } from './asked-usage.ts';

/** What reached the wire, written down so that two runs can be compared. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  /** `aborted`: the client hung up before the answer was whole. */
  ended: 'open' | 'finished' | 'aborted';
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
  /** Streams have their usage, which the app did not ask for. */
  readonly isUsageAsked: boolean;
  /** Resolves when the scenario calls `release()`, once for each call of either. */
  released(): Promise<void>;
}

export type Answer = (exchange: Exchange) => void | Promise<void>;

export interface ScriptedServer {
  readonly origin: string;
  /** Forgets the last scenario and plays these answers, one a request, the last one for all that follow. */
  play(answers: readonly Answer[]): void;
  release(): void;
  seen(): readonly SeenRequest[];
  /** Waits until every answer was sent or hung up on, at most `limitMs`. */
  settled(limitMs: number): Promise<void>;
  close(): void;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/** A gate that lets as many through as it was opened for. */
function createGate(): { open(): void; passed(): Promise<void> } {
  let credit = 0;
  const waiting: (() => void)[] = [];
  return {
    open() {
      const next = waiting.shift();
      if (next === undefined) credit += 1;
      else next();
    },
    passed() {
      if (credit > 0) {
        credit -= 1;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}

/** The headers of a request as they were, had its body been this one. */
function headersOf(rawHeaders: readonly string[], body: string): [string, string][] {
  return describeHeaders(
    rawHeaders.flatMap((name, at) => {
      if (at % 2 !== 0) return [];
      const isLength = name.toLowerCase() === 'content-length';
      return [[name, isLength ? String(Buffer.byteLength(body)) : (rawHeaders[at + 1] ?? '')] as const];
    }),
  );
}

/**
 * A real HTTP server with fixed answers.
 * @param expectsInjection genvitals asks for the usage of streams: what it adds to a request is not the app's
 */
export async function createScriptedServer(expectsInjection = false): Promise<ScriptedServer> {
  let answers: readonly Answer[] = [];
  let requests: SeenRequest[] = [];
  let gate = createGate();

  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    const seen: SeenRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: [],
      body: '',
      ended: 'open',
    };
    requests.push(seen);
    response.sendDate = false;
    const currentGate = gate;
    response.on('close', () => {
      seen.ended = response.writableFinished ? 'finished' : 'aborted';
    });
    const exchange = async (): Promise<void> => {
      const body = await readBody(request);
      const isUsageAsked = expectsInjection && isUsageInjected(body);
      const made = isUsageAsked ? asTheAppMadeIt(body) : body;
      Object.assign(seen, {
        headers: headersOf(request.rawHeaders, made),
        body: withoutVolatileParts(made),
      });
      if (answer === undefined) response.writeHead(599).end('no answer was scripted');
      else await answer({ request, response, body, isUsageAsked, released: () => currentGate.passed() });
    };
    // A client that hangs up while its body is read leaves nothing to answer.
    exchange().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const { port } = server.address() as AddressInfo;

  return {
    origin: `http://127.0.0.1:${port}`,
    play(next) {
      answers = next;
      requests = [];
      gate = createGate();
    },
    release: () => gate.open(),
    seen: () => requests,
    async settled(limitMs) {
      const limit = Date.now() + limitMs;
      while (requests.some((request) => request.ended === 'open') && Date.now() < limit) {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
