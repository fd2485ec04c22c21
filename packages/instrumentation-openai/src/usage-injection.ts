import type { Diagnostics } from '@genvitals/context/host';
import type { Endpoint } from './endpoint.ts';
import type { ClientShape } from './server.ts';

/** A request as the client prepares it, before it is written. */
interface Options {
  readonly body?: unknown;
}

const WORDS = ['stream_options', 'include_usage'];
/** Addresses of servers are the app's to choose. */
const MAX_SERVERS = 1000;

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Asks for the usage of streams that would come without it. */
export class UsageInjection {
  readonly #diagnostics: Diagnostics;
  readonly #refusing = new Set<string>();

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  /** @returns the same request with the usage asked for, and the app's own left as it is; undefined for all others */
  inject<Given extends Options>(endpoint: Endpoint, client: ClientShape, options: Given): Given | undefined {
    const { streamUsage } = endpoint;
    if (streamUsage === undefined || !isPlain(options?.body) || this.#refusing.has(String(client.baseURL)))
      return undefined;
    try {
      const body = streamUsage.ask(options.body);
      return body === undefined ? undefined : { ...options, body };
    } catch {
      // A getter of the app's own threw: the client will tell it.
      return undefined;
    }
  }

  /** Whether a server refused what was asked for: it is not asked again. */
  isRefusal(client: ClientShape, thrown: unknown): boolean {
    try {
      const { status, message, param } = thrown as Record<string, unknown>;
      const text = `${String(message)} ${String(param)}`;
      // Which status says so is each server's own matter; an error in a stream has none, and comes too late.
      if (typeof status !== 'number' || !WORDS.some((word) => text.includes(word))) return false;
    } catch {
      return false;
    }
    if (this.#refusing.size < MAX_SERVERS) this.#refusing.add(String(client.baseURL));
    this.#diagnostics.warnOnce(
      'usage injection',
      'a server refused `stream_options.include_usage`, which GENVITALS_INJECT_STREAM_USAGE asks for: its streams are asked for without it, and their tokens are not known.',
    );
    return true;
  }
}
