import { nodeCrypto } from '../feedback/signing-keys.ts';
import { type Incoming, RefusedRequest } from './exchange.ts';
import { networkOf } from './rate-limit.ts';
import type { ReceiverSettings } from './settings.ts';

const PREFLIGHT_CACHE_S = '600';
const BEARER = /^bearer +(\S+) *$/i;

function sha256(text: string): Buffer | undefined {
  return nodeCrypto()?.createHash('sha256').update(text).digest();
}

/** Takes the same time whatever differs: hashes are of one length. */
function areSame(one: string, other: string): boolean {
  const [first, second] = [sha256(one), sha256(other)];
  return first !== undefined && second !== undefined && nodeCrypto()?.timingSafeEqual(first, second) === true;
}

/** Whether a system sends, which has an API token; refused where it has a wrong one. */
export function isSystem(request: Incoming, { apiTokens }: ReceiverSettings): boolean {
  const header = request.header('authorization');
  if (header === undefined) return false;
  const token = BEARER.exec(header)?.[1];
  // All are compared, so that the time does not tell which.
  const matches = token === undefined ? [] : apiTokens.filter((each) => areSame(each, token));
  if (matches.length > 0) return true;
  throw new RefusedRequest('BEARER_WRONG', undefined, { 'www-authenticate': 'Bearer' });
}

/** The headers that let a page read the answer; refused where its origin may not send. */
export function corsHeaders(request: Incoming, { allowedOrigins }: ReceiverSettings): Record<string, string> {
  const origin = request.header('origin');
  if (origin === undefined) return {};
  const isOwn = URL.canParse(origin) && new URL(origin).host === request.header('host');
  const isAllowed = allowedOrigins.has('*') || allowedOrigins.has(origin);
  if (isAllowed)
    return {
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'retry-after',
      vary: 'origin',
    };
  if (isOwn) return {};
  throw new RefusedRequest('ORIGIN_FORBIDDEN', undefined, { vary: 'origin' });
}

/** What a browser is told that asks before it sends. */
export function preflightHeaders(): Record<string, string> {
  return {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type, authorization',
    'access-control-max-age': PREFLIGHT_CACHE_S,
  };
}

function limited(retryAfterS: number): void {
  if (retryAfterS > 0)
    throw new RefusedRequest('RATE_LIMITED', undefined, { 'retry-after': String(retryAfterS) });
}

export function limitAddress(request: Incoming, { addresses }: ReceiverSettings): void {
  if (request.address !== undefined) limited(addresses.retryAfterS(networkOf(request.address)));
}

/** @param key the call or the task, the same for all tokens of it */
export function limitToken(key: string, { tokens }: ReceiverSettings): void {
  limited(tokens.retryAfterS(key));
}
