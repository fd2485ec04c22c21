import { createHash } from 'node:crypto';
import { assert, double, property, string, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSampled, samplingHash, samplingThreshold } from '@genvitals/conventions';
import reference from './fixtures/sampling.json' with { type: 'json' };

const HEX = 16;

function hex(value: bigint): string {
  return value.toString(HEX).padStart(HEX, '0');
}

const traceIds = uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) =>
  Buffer.from(bytes).toString('hex'),
);

/** FNV-1a 64 as its authors write it. */
function plainHash(bytes: Iterable<number>): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

describe('the sampling hash', () => {
  test.each(reference.hashes)(
    "$traceId salted with '$salt' is what the collector computes",
    ({ salt, traceId, hash }) => {
      expect(hex(samplingHash(traceId, salt))).toBe(hash);
    },
  );

  test('any salt and trace id give FNV-1a 64 of their bytes', () => {
    assert(
      property(string({ unit: 'binary' }), traceIds, (salt, traceId) => {
        const bytes = [...new TextEncoder().encode(salt), ...Buffer.from(traceId, 'hex')];
        expect(samplingHash(traceId, salt)).toBe(plainHash(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  test('the salt is genvitals unless another is given', () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect(samplingHash(traceId)).toBe(samplingHash(traceId, 'genvitals'));
    expect(samplingHash(traceId)).not.toBe(samplingHash(traceId, 'other'));
  });

  test('the case of the digits does not count', () => {
    expect(samplingHash('4BF92F3577B34DA6A3CE929D0E0E4736')).toBe(
      samplingHash('4bf92f3577b34da6a3ce929d0e0e4736'),
    );
  });

  test.each(['', '4bf9', 'x'.repeat(32), '4bf92f3577b34da6a3ce929d0e0e47360'])(
    '"%s" is no trace id',
    (text) => {
      expect(() => samplingHash(text)).toThrow(TypeError);
    },
  );
});

describe('the threshold of a rate', () => {
  test.each(reference.thresholds)('$rate is what the collector computes', ({ rate, threshold }) => {
    expect(hex(samplingThreshold(rate))).toBe(threshold);
  });

  test.each([-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY])('%s is no rate', (rate) => {
    expect(() => samplingThreshold(rate)).toThrow(RangeError);
  });

  test('a higher rate never has a lower threshold', () => {
    const rates = double({ min: 0, max: 1, noNaN: true });
    assert(
      property(rates, rates, (a, b) => {
        expect(samplingThreshold(Math.min(a, b)) <= samplingThreshold(Math.max(a, b))).toBe(true);
      }),
    );
  });
});

describe('the decision', () => {
  test('what a lower rate selects, a higher one selects too', () => {
    const rates = double({ min: 0, max: 1, noNaN: true });
    assert(
      property(traceIds, rates, rates, (traceId, a, b) => {
        const isLowSelected = isSampled(traceId, Math.min(a, b));
        expect(isSampled(traceId, Math.max(a, b)) || !isLowSelected).toBe(true);
      }),
    );
  });

  test('a rate of 1 selects everything and a rate of 0 nothing', () => {
    assert(
      property(traceIds, (traceId) => {
        expect(isSampled(traceId, 1)).toBe(true);
        expect(isSampled(traceId, 0)).toBe(false);
      }),
    );
  });

  test('a tenth of many traces is about a tenth', () => {
    let selected = 0;
    const total = 20_000;
    for (let index = 0; index < total; index++) {
      const traceId = createHash('sha256').update(String(index)).digest('hex').slice(0, 32);
      if (isSampled(traceId, 0.1)) selected++;
    }
    expect(selected / total).toBeGreaterThan(0.09);
    expect(selected / total).toBeLessThan(0.11);
  });
});
