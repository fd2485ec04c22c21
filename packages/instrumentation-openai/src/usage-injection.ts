import type { Diagnostics } from '@genvitals/context/host';
import type { Endpoint } from './endpoint.ts';
import type { ClientShape } from './server.ts';

/** A request as the client prepares it, before it is written. */
interface Options {
  readonly body?: unknown;
}

const WORDS = ['stream_options', 'include_usage'];
/** By these a server refuses what it does not know, if it may say nothing of what that is. */
const NAMELESS = [400, 422];
/** Addresses of servers are the app's to choose. */
const MAX_SERVERS = 1000;

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Asks for the usage of streams that would come without it. */
export class UsageInjection {
  readonly #diagnostics: Diagnostics;
  readonly #refusing = new Set<string>();
  readonly #accepting = new Set<string>();

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

  /** A server took what was asked for: what it refuses from here on is something else. */
  accept(client: ClientShape): void {
    const server = String(client.baseURL);
    if (this.#accepting.size < MAX_SERVERS) this.#accepting.add(server);
  }

  /**
   * Whether an error may mean that the server does not know what was asked for: it says so, or it says nothing of it
   * and never took it. Sent again without, the same request tells.
   */
  mayBeRefusal(client: ClientShape, thrown: unknown): boolean {
    try {
      const { status, message, param } = thrown as Record<string, unknown>;
      // Which status says so is each server's own matter; an error in a stream has none, and comes too late.
      if (typeof status !== 'number') return false;
      const text = `${String(message)} ${String(param)}`;
      if (WORDS.some((word) => text.includes(word))) return true;
      return NAMELESS.includes(status) && !this.#accepting.has(String(client.baseURL));
    } catch {
      return false;
    }
  }

  /** A server refused it, and is not asked again. */
  refuse(client: ClientShape): void {
    if (this.#refusing.size < MAX_SERVERS) this.#refusing.add(String(client.baseURL));
    this.#diagnostics.warnOnce(
      'usage injection',
      'a server refused `stream_options.include_usage`, which GENVITALS_INJECT_STREAM_USAGE asks for: its streams are asked for without it, and their tokens are not known.',
    );
  }
}
