import { apiErrors } from './errors.ts';
import type { Model } from './models.ts';

export interface RateLimits {
  /**
   * Takes one request and its tokens out of the model's buckets and says what is left as headers.
   * Throws the API's 429 and takes nothing when either bucket is too empty.
   */
  take(model: Model, tokens: number, factor: number): Record<string, string>;
  /** The headers without taking anything, under the factor of the last taking. */
  look(model: Model): Record<string, string>;
}

export interface LimitOverride {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
}

interface Bucket {
  limit: number;
  level: number;
  filledAtMs: number;
}

/** Go's way to write a duration, which is what the API uses: 120ms, 1s, 22.564s, 6m0s. */
function toGoDuration(milliseconds: number): string {
  const whole = Math.ceil(milliseconds);
  if (whole <= 0) return '0s';
  if (whole < 1000) return `${whole}ms`;
  const seconds = (whole % 60_000) / 1000;
  const minutes = Math.floor(whole / 60_000) % 60;
  const hours = Math.floor(whole / 3_600_000);
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}

function refill(bucket: Bucket, limit: number, nowMs: number): void {
  const gained = (Math.max(0, nowMs - bucket.filledAtMs) * limit) / 60_000;
  bucket.limit = limit;
  // A limit that sinks takes effect at once; one that rises fills up with time.
  bucket.level = Math.min(limit, bucket.level + gained);
  bucket.filledAtMs = nowMs;
}

/** Time until the bucket holds as much again. */
function waitMs(bucket: Bucket, wanted: number): number {
  return ((wanted - bucket.level) * 60_000) / bucket.limit;
}

const kinds = ['requests', 'tokens'] as const;
type Kind = (typeof kinds)[number];

const shortNames: Record<Kind, string> = {
  requests: 'requests per min (RPM)',
  tokens: 'tokens per min (TPM)',
};

export function createRateLimits(override: LimitOverride, now: () => number): RateLimits {
  const buckets = new Map<string, Record<Kind, Bucket>>();
  const factors = new Map<string, number>();

  function bucketsOf(model: Model, factor: number): Record<Kind, Bucket> {
    const limits: Record<Kind, number> = {
      requests: Math.max(1, Math.floor((override.requestsPerMinute ?? model.requestsPerMinute) * factor)),
      tokens: Math.max(1, Math.floor((override.tokensPerMinute ?? model.tokensPerMinute) * factor)),
    };
    const nowMs = now();
    let pair = buckets.get(model.id);
    if (pair === undefined) {
      const full = (limit: number): Bucket => ({ limit, level: limit, filledAtMs: nowMs });
      pair = { requests: full(limits.requests), tokens: full(limits.tokens) };
      buckets.set(model.id, pair);
    }
    for (const kind of kinds) refill(pair[kind], limits[kind], nowMs);
    return pair;
  }

  function toHeaders(pair: Record<Kind, Bucket>): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const kind of kinds) {
      const bucket = pair[kind];
      headers[`x-ratelimit-limit-${kind}`] = String(bucket.limit);
      headers[`x-ratelimit-remaining-${kind}`] = String(Math.max(0, Math.floor(bucket.level)));
      headers[`x-ratelimit-reset-${kind}`] = toGoDuration(waitMs(bucket, bucket.limit));
    }
    return headers;
  }

  return {
    look: (model) => toHeaders(bucketsOf(model, factors.get(model.id) ?? 1)),
    take(model, tokens, factor) {
      factors.set(model.id, factor);
      const pair = bucketsOf(model, factor);
      const wanted: Record<Kind, number> = { requests: 1, tokens };
      for (const kind of kinds) {
        const bucket = pair[kind];
        const asked = wanted[kind];
        if (asked <= bucket.level) continue;
        const facts = {
          model: model.id,
          kind,
          per: shortNames[kind],
          limit: bucket.limit,
          requested: asked,
          used: Math.ceil(bucket.limit - bucket.level),
        };
        if (asked > bucket.limit) throw apiErrors.requestTooLarge(facts).withHeaders(toHeaders(pair));
        const again = Math.max(1, Math.ceil(waitMs(bucket, asked)));
        throw apiErrors.rateLimited({ ...facts, again: toGoDuration(again) }).withHeaders({
          ...toHeaders(pair),
          'retry-after-ms': String(again),
          'retry-after': String(Math.ceil(again / 1000)),
        });
      }
      for (const kind of kinds) pair[kind].level -= wanted[kind];
      return toHeaders(pair);
    },
  };
}
