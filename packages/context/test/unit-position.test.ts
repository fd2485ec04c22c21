import { decide, parseExperiment, unitPosition } from '@genvitals/context/experiments';
import { describe, expect, test } from 'vitest';

const UNITS = Array.from({ length: 20_000 }, (_, index) => `user-${index}`);

function define(name: string, split = '90/10', salt = name): ReturnType<typeof parseExperiment> {
  return parseExperiment(
    `hypothesis: h\narms: { control: {}, candidate: {} }\nsplit: ${split}\nsalt: ${salt}\n`,
    name,
  );
}

function candidates(definition: ReturnType<typeof parseExperiment>): ReadonlySet<string> {
  return new Set(UNITS.filter((unit) => decide(definition, unit).variant === 'candidate'));
}

/** Pearson's correlation of two lists of equal length. */
function correlation(one: readonly number[], other: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [oneMean, otherMean] = [mean(one), mean(other)];
  const product = (a: readonly number[], aMean: number, b: readonly number[], bMean: number): number =>
    a.reduce((sum, value, index) => sum + (value - aMean) * ((b[index] ?? 0) - bMean), 0);
  return (
    product(one, oneMean, other, otherMean) /
    Math.sqrt(product(one, oneMean, one, oneMean) * product(other, otherMean, other, otherMean))
  );
}

/** Of uncorrelated pairs, the correlation of n has a standard deviation of 1/√n; five of them here. */
const CHANCE = 5 / Math.sqrt(UNITS.length);

describe('where a unit stands in an experiment', () => {
  // Computed by Python's hashlib.
  test.each([
    ['greeting', 'greeting', 'user-1', 234_841_904_953_724],
    ['greeting', 'greeting', 'user-15', 17_604_985_331_556],
    ['greeting', '2026-11', 'user-1', 229_995_079_294_284],
    ['tone', 'tone', 'user-1', 126_216_614_810_071],
    ['greeting', 'greeting', 'Zoë 🌍', 88_696_550_684_348],
  ])('is for %s, salt %s and %s what another language computes', (name, salt, unit, numerator) => {
    expect(unitPosition(name, salt, unit)).toBe(numerator / 2 ** 48);
  });

  test('does not take the parts of one for those of another', () => {
    expect(unitPosition('a', 'bc', 'd')).not.toBe(unitPosition('ab', 'c', 'd'));
    expect(unitPosition('a', 'b', 'cd')).not.toBe(unitPosition('a', 'bc', 'd'));
  });

  test('is spread evenly', () => {
    const counts = Array.from({ length: 20 }, () => 0);
    for (const unit of UNITS) {
      const tenth = Math.floor(unitPosition('greeting', 'greeting', unit) * counts.length);
      counts[tenth] = (counts[tenth] ?? 0) + 1;
    }
    const expected = UNITS.length / counts.length;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // The 99.9th percentile at 19 degrees of freedom.
    expect(chiSquared).toBeLessThan(43.82);
  });
});

describe('the arms of 20,000 units', () => {
  test.each(['greeting', 'tone', 'retrieval-depth'])('are the candidate for 9.5 to 10.5 %% in %s', (name) => {
    const share = candidates(define(name)).size / UNITS.length;
    expect(share).toBeGreaterThan(0.095);
    expect(share).toBeLessThan(0.105);
  });

  test.each([
    ['two experiments', define('greeting'), define('tone')],
    ['two salts of one experiment', define('greeting'), define('greeting', '90/10', '2')],
    ['two experiments with one salt', define('greeting', '90/10', 's'), define('tone', '90/10', 's')],
  ])('are uncorrelated in %s, and so are the positions', (_, one, other) => {
    const inArm = (definition: typeof one): number[] =>
      UNITS.map((unit) => (decide(definition, unit).variant === 'candidate' ? 1 : 0));
    const at = ({ name, salt }: typeof one): number[] => UNITS.map((unit) => unitPosition(name, salt, unit));
    expect(Math.abs(correlation(inArm(one), inArm(other)))).toBeLessThan(CHANCE);
    expect(Math.abs(correlation(at(one), at(other)))).toBeLessThan(CHANCE);
  });

  test('move only into the candidate when it grows, and only out of it when it shrinks', () => {
    const small = candidates(define('greeting', '90/10'));
    const large = candidates(define('greeting', '75/25'));
    expect([...small].filter((unit) => !large.has(unit))).toEqual([]);
    const moved = (large.size - small.size) / UNITS.length;
    expect(moved).toBeGreaterThan(0.14);
    expect(moved).toBeLessThan(0.16);
  });

  test('are all control at 100/0 and all candidate at 0/100', () => {
    expect(candidates(define('greeting', '100/0')).size).toBe(0);
    expect(candidates(define('greeting', '0/100')).size).toBe(UNITS.length);
  });
});
