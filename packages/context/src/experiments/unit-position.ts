import { hash } from 'node:crypto';

/** 48 bits: exact in every language's numbers, and no two units of an app stand on the border of a share. */
const HEX_DIGITS = 12;
const RANGE = 16 ** HEX_DIGITS;
const SEPARATOR = '\0';

/** The first 48 bits of SHA-256 over the parts in UTF-8 with a NUL between; only the last part may hold one. */
export function hashParts(...parts: readonly string[]): number {
  return Number.parseInt(hash('sha256', parts.join(SEPARATOR), 'hex').slice(0, HEX_DIGITS), 16);
}

/**
 * Where a unit stands in an experiment: evenly spread from 0 up to, not including, 1, the same in every process and
 * for ever. The candidate takes those below its share, so a larger share moves units into it and none out.
 *
 * To be computed in any language: SHA-256 over the UTF-8 bytes of name, 0x00, salt, 0x00, unit; its first 6 bytes as
 * a big-endian whole number, divided by 2^48. Neither name nor salt holds a 0x00.
 */
export function unitPosition(name: string, salt: string, unit: string): number {
  return hashParts(name, salt, unit) / RANGE;
}
