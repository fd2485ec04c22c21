import type { Delivery, Transport } from './transport.ts';

const FIRST_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 15_000;
export interface SenderEvents {
  /** An export is over, delivered or dropped. */
  onSettled(count: number): void;
  onTrouble(failure: Exclude<Delivery, { outcome: 'delivered' }>, target: string): void;
  /** The oldest of what waits went, since more came than was taken. */
  onDropped(target: string): void;
}

export interface SenderOptions extends SenderEvents {
  /** What may wait; then the oldest goes. */
  readonly maxWaitingBytes: number;
}

/** Delivers the exports of one signal in order, and tries again while nobody answers. */
export class Sender {
  readonly #transport: Transport;
  readonly #options: SenderOptions;
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #backoffMs = FIRST_BACKOFF_MS;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(transport: Transport, options: SenderOptions) {
    this.#transport = transport;
    this.#options = options;
  }

  push(body: Uint8Array): void {
    this.#waiting.push(body);
    this.#waitingBytes += body.byteLength;
    while (this.#waitingBytes > this.#options.maxWaitingBytes && this.#waiting.length > 1) this.#drop();
    if (this.#timer === undefined) this.#run();
  }

  /** Tries everything that waits once, at the same time and without backoff. */
  async attemptAll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
    const bodies = this.#waiting.splice(0);
    this.#waitingBytes = 0;
    const left = await Promise.all(bodies.map(async (body) => ((await this.#deliver(body)) ? [] : [body])));
    for (const body of left.flat()) this.push(body);
  }

  #run(): void {
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
    });
  }

  async #drain(): Promise<void> {
    for (let body = this.#shift(); body !== undefined; body = this.#shift()) {
      if (await this.#deliver(body)) continue;
      this.#waiting.unshift(body);
      this.#waitingBytes += body.byteLength;
      return;
    }
  }

  /** False if it must be tried again, which is then arranged for. */
  async #deliver(body: Uint8Array): Promise<boolean> {
    const delivery = await this.#transport.send(body);
    if (delivery.outcome === 'delivered') {
      this.#backoffMs = FIRST_BACKOFF_MS;
      this.#options.onSettled(1);
      return true;
    }
    this.#options.onTrouble(delivery, this.#transport.target);
    if (delivery.outcome === 'refused') {
      this.#options.onSettled(1);
      return true;
    }
    this.#retryIn(delivery.afterMs ?? this.#backoffMs);
    this.#backoffMs = Math.min(this.#backoffMs * 1.5, MAX_BACKOFF_MS);
    return false;
  }

  #retryIn(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#run();
    }, delayMs);
  }

  #drop(): void {
    if (this.#shift() === undefined) return;
    // Where nobody answers, that was said.
    if (this.#timer === undefined) this.#options.onDropped(this.#transport.target);
    this.#options.onSettled(1);
  }

  #shift(): Uint8Array | undefined {
    const body = this.#waiting.shift();
    this.#waitingBytes -= body?.byteLength ?? 0;
    return body;
  }
}
