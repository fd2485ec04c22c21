/**
 * The decision on a trace that everybody makes alike: FNV-1a 64 over the salt and the 16 bytes of the trace
 * id, selected up to a share of 2^64 - 1, as the collector's tail sampler computes it with `hash_salt`.
 */

/** The collector takes an empty `hash_salt` for its own default, so a salt must not be empty there. */
export const DEFAULT_SAMPLING_SALT = 'genvitals';

const MAX_HASH = 0xffff_ffff_ffff_ffffn;
const HASH_BITS = 64;
const OFFSET_HIGH = 0xcbf2_9ce4;
const OFFSET_LOW = 0x8422_2325;
/** The prime is 2^40 + PRIME_LOW. */
const PRIME_LOW = 0x1b3;
const TRACE_ID = /^[0-9a-f]{32}$/i;
const TWO_TO_32 = 0x1_0000_0000;
const encoder = new TextEncoder();

/** FNV-1a 64 in two halves of 32 bits: a product with the prime's low part stays below 2^53. */
function fnv1a64(bytes: Iterable<number>): bigint {
  let high = OFFSET_HIGH;
  let low = OFFSET_LOW;
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0;
    const product = low * PRIME_LOW;
    high = (high * PRIME_LOW + Math.floor(product / TWO_TO_32) + low * 0x100) % TWO_TO_32;
    low = product % TWO_TO_32;
  }
  return (BigInt(high) << 32n) | BigInt(low);
}

/** @param traceId 32 hex digits; anything else is a TypeError. */
export function samplingHash(traceId: string, salt: string = DEFAULT_SAMPLING_SALT): bigint {
  if (!TRACE_ID.test(traceId)) {
    throw new TypeError(`Expected a trace id of 32 hex digits, got ${JSON.stringify(traceId)}`);
  }
  return fnv1a64([...encoder.encode(salt), ...Buffer.from(traceId, 'hex')]);
}

const doubles = new DataView(new ArrayBuffer(8));
const FRACTION_BITS = 52n;
const EXPONENT_BIAS = 1023n;

/** A double as integer * 2^exponent. */
function split(value: number): { readonly integer: bigint; readonly exponent: bigint } {
  doubles.setFloat64(0, value);
  const bits = doubles.getBigUint64(0);
  const fraction = bits & ((1n << FRACTION_BITS) - 1n);
  const biased = (bits >> FRACTION_BITS) & 0x7ffn;
  const isNormal = biased !== 0n;
  return {
    integer: isNormal ? fraction | (1n << FRACTION_BITS) : fraction,
    exponent: (isNormal ? biased : 1n) - EXPONENT_BIAS - FRACTION_BITS,
  };
}

/**
 * The highest hash that a rate selects: rate * (2^64 - 1), rounded half to even to 64 significant bits and
 * then cut, which is what the collector's arithmetic does.
 * @param rate 0 to 1; anything else is a RangeError.
 */
export function samplingThreshold(rate: number): bigint {
  if (!(rate >= 0 && rate <= 1)) {
    throw new RangeError(`Expected a rate from 0 to 1, got ${rate}`);
  }
  const { integer, exponent } = split(rate);
  let product = integer * MAX_HASH;
  let shift = exponent;
  const surplus = BigInt(product.toString(2).length - HASH_BITS);
  if (surplus > 0n) {
    const half = 1n << (surplus - 1n);
    const rest = product & ((1n << surplus) - 1n);
    product >>= surplus;
    shift += surplus;
    if (rest > half || (rest === half && (product & 1n) === 1n)) product += 1n;
  }
  return shift >= 0n ? product << shift : product >> -shift;
}

/** Whether a trace is selected at a rate. Every program with the same salt says the same. */
export function isSampled(traceId: string, rate: number, salt: string = DEFAULT_SAMPLING_SALT): boolean {
  return samplingHash(traceId, salt) <= samplingThreshold(rate);
}
