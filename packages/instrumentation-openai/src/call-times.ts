import { addValue, createDistribution, type Distribution } from './distribution.ts';

const MS_PER_S = 1000;

/** When what happened to a call. */
export class CallTimes {
  readonly #startedAtMs = performance.now();
  #respondedAtMs: number | undefined;
  #parseStartedAtMs: number | undefined;
  #firstChunkAtMs: number | undefined;
  #lastChunkAtMs: number | undefined;
  #betweenChunks: Distribution | undefined;

  /** The headers of an answer came. */
  get hasResponse(): boolean {
    return this.#respondedAtMs !== undefined;
  }

  get isParsing(): boolean {
    return this.#parseStartedAtMs !== undefined;
  }

  /** From the request's start to the first chunk that reached the app, in ms. */
  get firstChunkMs(): number | undefined {
    return this.#firstChunkAtMs === undefined ? undefined : this.#firstChunkAtMs - this.#startedAtMs;
  }

  /** The times from chunk to chunk, in s; undefined where nobody asked for them, or there was one chunk at most. */
  get betweenChunks(): Distribution | undefined {
    return this.#betweenChunks;
  }

  responded(): void {
    this.#respondedAtMs = performance.now();
  }

  parseStarted(): void {
    this.#parseStartedAtMs ??= performance.now();
  }

  /** @param bounds of the histogram that wants the times between chunks */
  chunkArrived(bounds: readonly number[] | undefined): void {
    if (this.#firstChunkAtMs === undefined) {
      this.#firstChunkAtMs = performance.now();
      this.#lastChunkAtMs = this.#firstChunkAtMs;
    } else if (bounds !== undefined) {
      const nowMs = performance.now();
      this.#betweenChunks ??= createDistribution(bounds);
      addValue(this.#betweenChunks, bounds, (nowMs - (this.#lastChunkAtMs ?? nowMs)) / MS_PER_S);
      this.#lastChunkAtMs = nowMs;
    }
  }

  /** How long the call took until now, in ms. */
  durationMs(): number {
    const nowMs = performance.now();
    if (this.#firstChunkAtMs !== undefined || this.#respondedAtMs === undefined)
      return nowMs - this.#startedAtMs;
    // An answer awaited late was there all along: the time between headers and await is the app's, not the call's.
    const parseMs =
      this.#parseStartedAtMs === undefined
        ? 0
        : nowMs - Math.max(this.#parseStartedAtMs, this.#respondedAtMs);
    return this.#respondedAtMs - this.#startedAtMs + parseMs;
  }
}
