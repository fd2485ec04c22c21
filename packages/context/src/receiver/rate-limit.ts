/** How many requests may come in a window. */
export interface RateLimit {
  /** For one call or task; default 10. */
  readonly perToken?: number | undefined;
  /** For one address, an IPv6 network of 64 bits being one; default 60. */
  readonly perAddress?: number | undefined;
  /** Default one minute. */
  readonly windowMs?: number | undefined;
}

/** The oldest windows are forgotten first. */
const KEYS_CAP = 20_000;
const IPV6_NETWORK_GROUPS = 4;
const IPV6_GROUPS = 8;

interface Window {
  readonly endsAtMs: number;
  count: number;
}

/** Counts requests by key, in windows that begin with the first of them. */
export class RateLimiter {
  readonly #max: number;
  readonly #windowMs: number;
  readonly #windows = new Map<string, Window>();

  constructor(max: number, windowMs: number) {
    this.#max = max;
    this.#windowMs = windowMs;
  }

  /** Counts one. @returns after how many seconds the next is let through; 0 where this one is */
  retryAfterS(key: string): number {
    const nowMs = Date.now();
    const window = this.#windows.get(key);
    if (window === undefined || window.endsAtMs <= nowMs) {
      this.#begin(key, nowMs);
      return 0;
    }
    if (window.count >= this.#max) return Math.ceil((window.endsAtMs - nowMs) / 1000);
    window.count++;
    return 0;
  }

  #begin(key: string, nowMs: number): void {
    this.#windows.delete(key);
    this.#windows.set(key, { endsAtMs: nowMs + this.#windowMs, count: 1 });
    if (this.#windows.size <= KEYS_CAP) return;
    for (const oldest of this.#windows.keys()) {
      this.#windows.delete(oldest);
      return;
    }
  }
}

/** What shares one limit: an IPv4 address, or the network of an IPv6 one, of which a visitor has 2^64 addresses. */
export function networkOf(address: string): string {
  const ipv4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (ipv4 !== undefined) return ipv4;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.toLowerCase().split('::') ?? [];
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(IPV6_GROUPS - front.length - back.length, 0);
  const groups = [...front, ...Array.from({ length: zeros }, () => '0'), ...back];
  return groups
    .slice(0, IPV6_NETWORK_GROUPS)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
