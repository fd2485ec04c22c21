import type { ClientRequest } from 'node:http';
import { describeFault } from './fault.ts';
import { isAllowedHost } from '@genvitals/conventions';
import { attributionIn } from './attribution.ts';
import { toBaggage } from './baggage.ts';
import { activeContext, isTracingSuppressed } from './otel.ts';
import { processSlot } from './process-slot.ts';
import { settings } from './settings.ts';

const HEADER = 'baggage';
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** A request of undici's, Node's own `fetch` or a package; 5 keeps its headers as a text. */
interface UndiciRequest {
  readonly origin?: unknown;
  readonly path?: unknown;
  headers?: unknown;
  addHeader?(name: string, value: string): void;
}

interface Target {
  readonly host: string;
  readonly port: number | undefined;
  /** A whole URL where it is for a proxy to pass on. */
  readonly path: unknown;
}

function portOfUrl({ port, protocol }: URL): number | undefined {
  return port === '' ? DEFAULT_PORTS[protocol] : Number(port);
}

function isAllowed({ host, port, path }: Target): boolean {
  const { baggageHosts } = settings().options;
  if (!isAllowedHost(baggageHosts, host, port)) return false;
  if (typeof path !== 'string' || path.startsWith('/') || !URL.canParse(path)) return true;
  const behind = new URL(path);
  return isAllowedHost(baggageHosts, behind.hostname, portOfUrl(behind));
}

/** The header that the request should have; undefined where it stays as it is. */
function baggageFor(target: Target, present: () => string): string | undefined {
  if (!isAllowed(target)) return undefined;
  const context = activeContext();
  const attribution = isTracingSuppressed(context) ? undefined : attributionIn(context);
  return attribution && toBaggage(attribution, present());
}

/** Where the value of a header is in a list of names and values; -1 where it is not. */
function indexIn(headers: readonly unknown[], name: string): number {
  for (let at = 0; at + 1 < headers.length; at += 2)
    if (String(headers[at]).toLowerCase() === name) return at + 1;
  return -1;
}

function addToFetch({ request }: { readonly request: UndiciRequest }): void {
  const text = String(request.origin);
  if (!URL.canParse(text)) return;
  const origin = new URL(text);
  const { headers, path } = request;
  const list = Array.isArray(headers) ? (headers as unknown[]) : [];
  const at = indexIn(list, HEADER);
  const target = { host: origin.hostname, port: portOfUrl(origin), path };
  const header = baggageFor(target, () => (at < 0 ? '' : String(list[at])));
  if (header === undefined) return;
  if (at < 0) request.addHeader?.(HEADER, header);
  else list[at] = header;
}

/** The port of a request, which Node tells in its Host header alone; undefined where the app wrote another host there. */
function portOf({ host, protocol }: ClientRequest, hostHeader: unknown): number | undefined {
  const url = `${protocol}//${String(hostHeader)}`;
  if (hostHeader === undefined || !URL.canParse(url)) return undefined;
  const named = new URL(url);
  if (named.hostname.replaceAll(/^\[|\]$/g, '') !== host.toLowerCase().replaceAll(/^\[|\]$/g, ''))
    return undefined;
  return portOfUrl(named);
}

function addToHttp({ request }: { readonly request: ClientRequest }): void {
  // Given as a list, headers are written already.
  if (request.headersSent) return;
  const { host, path } = request;
  const target = { host, port: portOf(request, request.getHeader('host')), path };
  const header = baggageFor(target, () => String(request.getHeader(HEADER) ?? ''));
  if (header !== undefined) request.setHeader(HEADER, header);
}

function guarded(add: (message: never) => void): (message: unknown) => void {
  return (message) => {
    try {
      add(message as never);
    } catch (error) {
      settings().diagnostics.warnOnce(
        'baggage',
        `a request is sent without baggage: ${describeFault(error)}`,
      );
    }
  };
}

/**
 * From now on requests to the hosts that the user allows have what the app says of its calls in their `baggage`
 * header, and no others have: those of `fetch` and undici, and those of `node:http` and `node:https`. Without such
 * hosts nothing is watched. Once a process, whatever the number of copies of this package.
 */
export function sendBaggage(): void {
  const slot = processSlot();
  if (slot.isSendingBaggage !== undefined) return;
  slot.isSendingBaggage = settings().options.baggageHosts.length > 0;
  if (!slot.isSendingBaggage) return;
  const channels = globalThis.process?.getBuiltinModule?.('node:diagnostics_channel');
  channels?.subscribe('undici:request:create', guarded(addToFetch));
  channels?.subscribe('http.client.request.created', guarded(addToHttp));
}
