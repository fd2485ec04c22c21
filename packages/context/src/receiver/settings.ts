import { MIN_SIGNING_KEY_CHARS } from '@genvitals/conventions';
import { FeedbackError } from '../feedback/errors.ts';
import { nodeCrypto, SigningKey } from '../feedback/signing-keys.ts';
import { settings } from '../settings.ts';
import { type RateLimit, RateLimiter } from './rate-limit.ts';

export interface ReceiverOptions {
  /**
   * Checks tokens: one secret, or several of which any may have signed, so that a key can be changed. Default
   * `GENVITALS_FEEDBACK_KEY`.
   */
  readonly key?: string | readonly string[] | undefined;
  /** Bearer tokens of systems, such as a CRM, that report outcomes without a token of a call; default none. */
  readonly apiTokens?: readonly string[] | undefined;
  /** Origins whose pages may send, such as `https://app.example`; `*` for all. The receiver's own host may always. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** The conversions that a token alone may report; default none. */
  readonly conversionNames?: readonly string[] | undefined;
  readonly rateLimit?: RateLimit | undefined;
  /** Default 8192. */
  readonly maxBodyBytes?: number | undefined;
}

/** The options, checked. */
export interface ReceiverSettings {
  readonly keys: readonly SigningKey[];
  readonly apiTokens: readonly string[];
  readonly allowedOrigins: ReadonlySet<string>;
  readonly conversionNames: ReadonlySet<string>;
  readonly tokens: RateLimiter;
  readonly addresses: RateLimiter;
  readonly maxBodyBytes: number;
}

const BEARER = /^[!-~]+$/;
const DEFAULT_MAX_BODY_BYTES = 8192;
const DEFAULT_PER_TOKEN = 10;
const DEFAULT_PER_ADDRESS = 60;
const DEFAULT_WINDOW_MS = 60_000;

function wrong(name: string, wanted: string, came: string): FeedbackError {
  return new FeedbackError('RECEIVER_OPTION_INVALID', `${name} = ${came}, wanted ${wanted}`);
}

function positive(name: string, value: number | undefined, standard: number): number {
  if (value === undefined) return standard;
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
  throw wrong(name, 'a number above 0', String(value));
}

function listOf(name: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '')) return value;
  throw wrong(name, 'a list of texts', Array.isArray(value) ? 'a list of something else' : typeof value);
}

/** Secrets are not shown, whatever is wrong with them. */
function secretsOf(name: string, secrets: readonly string[]): readonly string[] {
  for (const secret of secrets)
    if (secret.length < MIN_SIGNING_KEY_CHARS)
      throw wrong(name, `at least ${MIN_SIGNING_KEY_CHARS} characters`, `${secret.length} characters`);
  return secrets;
}

/** A header could not carry others. */
function bearersOf(tokens: readonly string[]): readonly string[] {
  if (tokens.some((token) => !BEARER.test(token)))
    throw wrong('apiTokens', 'visible ASCII characters without spaces', 'others');
  return tokens;
}

function keysOf(key: ReceiverOptions['key']): readonly SigningKey[] {
  const given = typeof key === 'string' ? [key] : key;
  const fallback = settings().options.feedbackKey;
  const secrets = given ?? (fallback === undefined ? [] : [fallback]);
  const crypto = nodeCrypto();
  if (secrets.length === 0 || crypto === undefined)
    throw new FeedbackError('KEY_MISSING', crypto === undefined ? 'no node:crypto' : 'none');
  return secretsOf('key', listOf('key', secrets)).map((secret) => new SigningKey(crypto, secret, false));
}

function originsOf(origins: readonly string[]): ReadonlySet<string> {
  for (const origin of origins) {
    const isOrigin = origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin);
    if (!isOrigin)
      throw wrong('allowedOrigins', 'origins such as https://app.example', JSON.stringify(origin));
  }
  return new Set(origins);
}

/** Throws a `FeedbackError` where the options are of no use. */
export function readReceiverOptions(options: ReceiverOptions): ReceiverSettings {
  const { perToken, perAddress, windowMs } = options.rateLimit ?? {};
  const lengthMs = positive('rateLimit.windowMs', windowMs, DEFAULT_WINDOW_MS);
  return {
    keys: keysOf(options.key),
    apiTokens: bearersOf(secretsOf('apiTokens', listOf('apiTokens', options.apiTokens))),
    allowedOrigins: originsOf(listOf('allowedOrigins', options.allowedOrigins)),
    conversionNames: new Set(listOf('conversionNames', options.conversionNames)),
    tokens: new RateLimiter(positive('rateLimit.perToken', perToken, DEFAULT_PER_TOKEN), lengthMs),
    addresses: new RateLimiter(positive('rateLimit.perAddress', perAddress, DEFAULT_PER_ADDRESS), lengthMs),
    maxBodyBytes: positive('maxBodyBytes', options.maxBodyBytes, DEFAULT_MAX_BODY_BYTES),
  };
}
