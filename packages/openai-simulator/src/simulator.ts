import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type CallShare, serveCall } from './call.ts';
import { type CountKeeper, type SimulatorCounts, createCountKeeper } from './counts.ts';
import { type ApiError, apiErrors } from './errors.ts';
import { type Exchange, createExchange, toApiError } from './exchange.ts';
import { createFaultQueue } from './fault-queue.ts';
import type { FaultName } from './faults.ts';
import { type IncidentTiming, createIncidentSchedule } from './incident-schedule.ts';
import { type IncidentName, incidentOf } from './incidents.ts';
import { ids } from './ids.ts';
import { serveLookup } from './lookups.ts';
import { createPromptCache } from './prompt-cache.ts';
import { createRandom } from './random.ts';
import { createRateLimits } from './rate-limits.ts';
import { type Route, findRoute } from './routes.ts';
import { type SimulatorOptions, parseSettings } from './settings.ts';
import { createStoredResponses } from './stored-responses.ts';

export interface Simulator {
  /** The base URL for a client: ends in /v1. */
  readonly url: string;
  readonly port: number;
  /** What has been answered so far. A call is in it before its last byte is sent. */
  counts(): SimulatorCounts;
  /** Begins an incident, at once or as the timing says, in place of the one that is on; undefined ends it. */
  setIncident(name: IncidentName | undefined, timing?: IncidentTiming): void;
  /** Strikes the next inference calls with a fault. */
  failNext(fault: FaultName, times?: number): void;
  /** Cuts what is under way and resolves when the port is free. */
  close(): Promise<void>;
}

/** Longer than clients keep a connection, so that it is never closed under their hands. */
const keepAliveMs = 120_000;

interface Running {
  readonly share: CallShare;
  readonly counts: CountKeeper;
  readonly seed: number;
}

async function serveRoute(route: Route, exchange: Exchange, { share, counts, seed }: Running): Promise<void> {
  switch (route.kind) {
    case 'inference': {
      const isRetry = Number(exchange.header('x-stainless-retry-count') ?? 0) > 0;
      await serveCall(route.endpoint, exchange, counts.open(route.endpoint.name, isRetry), share);
      break;
    }
    case 'lookup':
      await serveLookup(route.lookup, exchange, route.id, share);
      break;
    case 'control':
      await route.control.serve(exchange, { seed, counts, incidents: share.incidents, faults: share.faults });
      break;
    case 'wrong-method':
      throw apiErrors.wrongMethod(exchange.method, exchange.path);
    case 'unknown':
      throw apiErrors.unknownUrl(exchange.method, exchange.path);
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  running: Running,
  number: number,
): Promise<void> {
  const { counts, seed } = running;
  let isCounted = true;
  const exchange = createExchange(request, response, (status) => {
    if (isCounted) counts.status(status);
  });
  const route = findRoute(exchange.method, exchange.path);
  isCounted = route.kind !== 'control';
  if (isCounted) counts.request(route.path);
  exchange.set({
    'openai-organization': 'org-simulator',
    'openai-processing-ms': '1',
    'openai-project': 'proj_simulator',
    'openai-version': '2020-10-01',
    'x-request-id': ids.request(createRandom(seed, 'request', number)),
  });
  try {
    await serveRoute(route, exchange, running);
  } catch (error) {
    if (exchange.signal.aborted) return;
    const shown = toApiError(error);
    if (exchange.hasStarted) exchange.cut();
    else exchange.sendJson(shown.status, shown.body, shown.headers);
  }
}

const clientErrors: Record<string, () => ApiError> = {
  HPE_HEADER_OVERFLOW: apiErrors.headersTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: apiErrors.slowRequest,
};

/** Answers what is not HTTP at all: there is no request for it, only a socket. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  const code = error.code ?? 'unknown';
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, body } = (clientErrors[code] ?? (() => apiErrors.brokenHttp(code)))();
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}

async function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server.address() as AddressInfo;
}

async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Starts a simulator; rejects with a SimulatorOptionError, or with the system's error when the port is taken. */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { seed, port, host, incident, timing, latencyScale, rateLimits, now } = parseSettings(options);
  const counts = createCountKeeper();
  const incidents = createIncidentSchedule(now, () => counts.begun());
  const faults = createFaultQueue();
  if (incident !== undefined)
    incidents.set(incident, { afterCalls: incidentOf(incident).afterCalls, ...timing });
  const share: CallShare = {
    seed,
    now,
    latencyScale,
    incidents,
    faults,
    rateLimits: createRateLimits(rateLimits, now),
    promptCache: createPromptCache(),
    responses: createStoredResponses(),
  };

  let requests = 0;
  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    requests += 1;
    // Nothing of one request may end the process that serves the others.
    serve(request, response, { share, counts, seed }, requests).catch(() => response.destroy());
  });
  server.on('clientError', answerBrokenRequest);
  const address = await listen(server, port, host);
  const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;

  let closed: Promise<void> | undefined;
  return {
    url: `http://${shownHost}:${address.port}/v1`,
    port: address.port,
    counts: () => counts.read(),
    setIncident: (name, when = {}) => incidents.set(name, when),
    failNext: (fault, times = 1) => faults.add(fault, times),
    close: () => (closed ??= stop(server)),
  };
}
