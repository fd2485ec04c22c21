import type http from 'node:http';
import type https from 'node:https';
import { promisify } from 'node:util';
import { convertLegacyHttpOptions } from '@opentelemetry/otlp-exporter-base/node-http';
import { VERSION } from '../version.ts';
import type { Endpoint, Signal } from './messages.ts';
import type { Delivery, Transport } from './transport.ts';

const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const CLOSED: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

/**
 * OTLP/HTTP as OTEL_EXPORTER_OTLP_* configure it (url, headers, compression, timeout, certificates are read by
 * OpenTelemetry's own code), or to an endpoint of ours, of which the environment knows nothing. The post is ours, since the library's retries cannot be cut short when the process ends.
 */
export function createHttpTransport(signal: Signal, contentType: string, endpoint?: Endpoint): Transport {
  const options = endpoint === undefined ? fromEnvironment(signal) : toOwn(signal, endpoint);
  const url = new URL(options.url);
  // `https` and `zlib` take 20 ms to load, which a thread that is begun for its last message does not have.
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  let agent: http.Agent | https.Agent | undefined;

  async function post(body: Uint8Array): Promise<Delivery> {
    agent ??= await options.agentFactory(url.protocol);
    const isZipped = options.compression === 'gzip';
    const payload = isZipped ? await toGzip(body) : body;
    const headers = {
      ...(await options.headers()),
      'Content-Type': contentType,
      'User-Agent': `genvitals-node/${VERSION}`,
      'Content-Length': payload.byteLength,
      ...(isZipped ? { 'Content-Encoding': 'gzip' } : {}),
    };
    return new Promise((resolve) => {
      const outgoing = request(url, { method: 'POST', headers, ...(agent === undefined ? {} : { agent }) });
      const timer = setTimeout(() => {
        outgoing.destroy(new Error(`no answer within ${options.timeoutMillis} ms`));
      }, options.timeoutMillis);
      outgoing.on('error', (error) => {
        clearTimeout(timer);
        // The other side had closed a connection that was kept, as it does while a function is frozen.
        if (outgoing.reusedSocket && CLOSED.has(reasonOf(error))) resolve(post(body));
        else resolve({ outcome: 'retry', reason: reasonOf(error) });
      });
      outgoing.on('response', (response) => {
        response.resume();
        response.on('close', () => {
          clearTimeout(timer);
          resolve(toDelivery(response));
        });
      });
      outgoing.end(payload);
    });
  }

  return {
    target: `${url.origin}${url.pathname}`,
    send: async (body) => {
      try {
        return await post(body);
      } catch (error) {
        return { outcome: 'refused', reason: reasonOf(error) };
      }
    },
  };
}

interface Options {
  readonly url: string;
  readonly headers: () => Promise<Record<string, string>>;
  readonly compression: string;
  readonly timeoutMillis: number;
  readonly agentFactory: (protocol: string) => http.Agent | https.Agent | Promise<http.Agent | https.Agent>;
}

function fromEnvironment(signal: Signal): Options {
  return convertLegacyHttpOptions({}, signal.toUpperCase(), `v1/${signal}`, {});
}

const TIMEOUT_MS = 10_000;

/** Nothing of the environment: its headers may be another service's keys. */
function toOwn(signal: Signal, { url, headers }: Endpoint): Options {
  return {
    url: `${url}/v1/${signal}`,
    headers: () => Promise.resolve({ ...headers }),
    compression: 'gzip',
    timeoutMillis: TIMEOUT_MS,
    agentFactory: (protocol) => {
      const { Agent } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
      return new Agent({ keepAlive: true });
    },
  };
}

async function toGzip(body: Uint8Array): Promise<Buffer> {
  return promisify(process.getBuiltinModule('node:zlib').gzip)(body);
}

function toDelivery(response: http.IncomingMessage): Delivery {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return { outcome: 'delivered' };
  const reason = `HTTP ${status} ${response.statusMessage ?? ''}`.trim();
  if (!RETRYABLE_STATUSES.has(status)) return { outcome: 'refused', reason };
  const seconds = Number(response.headers['retry-after']);
  return { outcome: 'retry', reason, afterMs: seconds > 0 ? seconds * 1000 : undefined };
}

/** Happy eyeballs fail with an AggregateError whose own message is empty. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
