import type { Attributes } from '@opentelemetry/api';
import { attributes } from '@genvitals/conventions';
import {
  RATE_LIMIT_REQUESTS_LIMIT,
  RATE_LIMIT_REQUESTS_REMAINING,
  RATE_LIMIT_RESET,
  RATE_LIMIT_TOKENS_LIMIT,
  RATE_LIMIT_TOKENS_REMAINING,
} from './keys.ts';

export const RATE_LIMIT_KINDS = attributes.rateLimitKind.values;

export type RateLimitKind = (typeof RATE_LIMIT_KINDS)[number];

/** What an answer says of one limit. */
export interface RateLimit {
  readonly limit: number | undefined;
  readonly remaining: number;
  /** Until the window is whole again. */
  readonly resetS: number | undefined;
}

export type RateLimits = Readonly<Record<RateLimitKind, RateLimit | undefined>>;

/** `Headers`, or the plain object with lower-case names that errors of openai 4 have. */
type HeadersShape = { readonly get?: (name: string) => unknown } & Readonly<Record<string, unknown>>;

function headerOf(headers: HeadersShape, name: string): unknown {
  return typeof headers.get === 'function' ? headers.get(name) : headers[name];
}

const MAX_DIGITS = 15;
const DIGIT_0 = 48;
/** A duration as OpenAI writes it, which is Go's: "8.64s", "6m0s", "1h2m3s", "120ms". */
const DURATION = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)(ms|µs|us|s))?$/;
const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, µs: 1e-6, us: 1e-6 };
const PLAIN_NUMBER = /^\d+(?:\.\d+)?$/;

/** Every answer has up to six of these: by hand it takes a tenth of what an expression and `Number` do. */
function toCount(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length === 0 || value.length > MAX_DIGITS) return undefined;
  let count = 0;
  for (let index = 0; index < value.length; index++) {
    const digit = value.charCodeAt(index) - DIGIT_0;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    count = count * 10 + digit;
  }
  return count;
}

/**
 * Seconds of a duration as OpenAI writes it, or of a plain number, which Azure and others send.
 * @returns undefined where it is neither
 */
export function toSeconds(value: unknown): number | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  // Most have one unit, and the expression for all of them is slow.
  const isMs = value.endsWith('ms');
  const amountAlone = isMs ? value.slice(0, -2) : value.endsWith('s') ? value.slice(0, -1) : value;
  if (PLAIN_NUMBER.test(amountAlone)) return isMs ? Number(amountAlone) / 1000 : Number(amountAlone);
  const parts = DURATION.exec(value);
  if (parts === null) return undefined;
  const [, hours = '0', minutes = '0', amount = '0', unit = 's'] = parts;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(amount) * (SECONDS_PER_UNIT[unit] ?? 1);
}

/** The names of a limit's headers. Put together at each answer they would take longer than looking them up. */
interface HeaderNames {
  readonly limit: string;
  readonly remaining: string;
  readonly reset: string;
}

function headerNamesOf(kind: RateLimitKind): HeaderNames {
  return {
    limit: `x-ratelimit-limit-${kind}`,
    remaining: `x-ratelimit-remaining-${kind}`,
    reset: `x-ratelimit-reset-${kind}`,
  };
}

const REQUESTS = headerNamesOf('requests');
const TOKENS = headerNamesOf('tokens');

function readLimit(headers: HeadersShape, names: HeaderNames): RateLimit | undefined {
  const remaining = toCount(headerOf(headers, names.remaining));
  if (remaining === undefined) return undefined;
  return {
    limit: toCount(headerOf(headers, names.limit)),
    remaining,
    resetS: toSeconds(headerOf(headers, names.reset)),
  };
}

/** The limits that an answer names; undefined where it names none. Headers of any shape are survived. */
export function readRateLimits(headers: unknown): RateLimits | undefined {
  try {
    const requests = readLimit(headers as HeadersShape, REQUESTS);
    const tokens = readLimit(headers as HeadersShape, TOKENS);
    if (requests === undefined && tokens === undefined) return undefined;
    return { requests, tokens };
  } catch {
    return undefined;
  }
}

/** Seconds that an answer asks to wait: `retry-after-ms`, else `retry-after` in seconds or as an HTTP date. */
export function readRetryAfter(headers: unknown, nowEpochMs: number): number | undefined {
  try {
    const ms = toSeconds(headerOf(headers as HeadersShape, 'retry-after-ms'));
    if (ms !== undefined) return ms / 1000;
    const value = headerOf(headers as HeadersShape, 'retry-after');
    if (typeof value !== 'string') return undefined;
    if (PLAIN_NUMBER.test(value)) return Number(value);
    const atEpochMs = Date.parse(value);
    return Number.isNaN(atEpochMs) ? undefined : Math.max(0, (atEpochMs - nowEpochMs) / 1000);
  } catch {
    return undefined;
  }
}

/** The share of a limit that is in use, from 0 to 1; undefined where the answer does not name the limit. */
export function utilizationOf({ limit, remaining }: RateLimit): number | undefined {
  if (limit === undefined || limit === 0) return undefined;
  return Math.min(1, Math.max(0, 1 - remaining / limit));
}

function put(target: Attributes, key: string, value: number | undefined): void {
  if (value !== undefined) target[key] = value;
}

/** Writes the limits of a call's newest answer; the reset is that of the limit that takes longest. */
export function describeRateLimits({ requests, tokens }: RateLimits, target: Attributes): void {
  put(target, RATE_LIMIT_REQUESTS_LIMIT, requests?.limit);
  put(target, RATE_LIMIT_REQUESTS_REMAINING, requests?.remaining);
  put(target, RATE_LIMIT_TOKENS_LIMIT, tokens?.limit);
  put(target, RATE_LIMIT_TOKENS_REMAINING, tokens?.remaining);
  const resetS = Math.max(requests?.resetS ?? -1, tokens?.resetS ?? -1);
  put(target, RATE_LIMIT_RESET, resetS < 0 ? undefined : resetS);
}
