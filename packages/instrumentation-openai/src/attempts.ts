import type { Attributes } from '@opentelemetry/api';
import { toFailure, toStatus } from './failure.ts';
import { RATE_LIMIT_RETRY_AFTER, REQUEST_RETRY_COUNT } from './keys.ts';
import { describeRateLimits, readRateLimits, readRetryAfter, type RateLimits } from './rate-limits.ts';
import type { RequestSeries } from './series.ts';

/** The HTTP attempts of one call: counted as they end, and what the newest answers said of limits. */
export class Attempts {
  readonly #series: RequestSeries;
  #count = 0;
  #rateLimits: RateLimits | undefined;
  #retryAfterS: number | undefined;

  constructor(series: RequestSeries) {
    this.#series = series;
  }

  get count(): number {
    return this.#count;
  }

  /** How many of them were made again. */
  get retries(): number {
    return Math.max(0, this.#count - 1);
  }

  /** One got a status line. @param headers a `Headers`, as far as anybody can know */
  answered(answered: number, headers: unknown): void {
    this.#count++;
    const status = toStatus(answered);
    const isError = status !== undefined && status >= 400;
    this.#series.countAttempt(status, isError ? String(status) : undefined);
    const rateLimits = readRateLimits(headers);
    if (rateLimits !== undefined) {
      this.#rateLimits = rateLimits;
      this.#series.recordRateLimits(rateLimits, performance.now());
    }
    if (isError) this.#retryAfterS = readRetryAfter(headers, Date.now()) ?? this.#retryAfterS;
  }

  /** One got no answer. */
  failed(error: unknown): void {
    this.#count++;
    this.#series.countAttempt(undefined, toFailure(error).type);
  }

  describe(target: Attributes): void {
    if (this.#count > 1) target[REQUEST_RETRY_COUNT] = this.retries;
    if (this.#rateLimits !== undefined) describeRateLimits(this.#rateLimits, target);
    if (this.#retryAfterS !== undefined) target[RATE_LIMIT_RETRY_AFTER] = this.#retryAfterS;
  }
}
