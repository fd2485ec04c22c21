import { type RateLimit, utilizationOf } from './rate-limits.ts';

/** For how long an answer tells of the use of a limit (telemetry.md: the highest of the last 60 s). */
const WINDOW_MS = 60_000;
const SLOT_MS = 5_000;
const SLOTS = WINDOW_MS / SLOT_MS + 1;

/**
 * The newest word on one limit, and the highest use of it in the last minute: a limit that fills up between two
 * collections is seen, and one that nobody has asked for a minute is told as unused, not as it was.
 */
export class RateLimitGauge {
  limit: number | undefined;
  remaining: number | undefined;
  readonly #peaks = Array.from({ length: SLOTS }, () => 0);
  #newestSlot = 0;
  #isKnown = false;

  /** @param nowMs of a clock that never goes back */
  record(rateLimit: RateLimit, nowMs: number): void {
    this.limit = rateLimit.limit;
    this.remaining = rateLimit.remaining;
    const utilization = utilizationOf(rateLimit);
    if (utilization === undefined) return;
    this.#isKnown = true;
    this.#forget(nowMs);
    const slot = this.#newestSlot % SLOTS;
    if (utilization > (this.#peaks[slot] as number)) this.#peaks[slot] = utilization;
  }

  /** The highest share in use of the last 60 to 65 s; undefined where no answer ever named the limit. */
  utilization(nowMs: number): number | undefined {
    if (!this.#isKnown) return undefined;
    this.#forget(nowMs);
    return Math.max(...this.#peaks);
  }

  #forget(nowMs: number): void {
    const now = Math.floor(nowMs / SLOT_MS);
    const passed = Math.min(SLOTS, now - this.#newestSlot);
    for (let step = 1; step <= passed; step++) this.#peaks[(this.#newestSlot + step) % SLOTS] = 0;
    // After more than a whole turn every slot was emptied, whichever is counted from.
    if (now > this.#newestSlot) this.#newestSlot = now;
  }
}
