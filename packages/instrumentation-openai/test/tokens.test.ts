import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkUsage, toCount, TOKEN_KINDS, toTokenParts } from '../src/tokens.ts';

/** What a server may send where a count should be. */
const anything = fc.oneof(
  fc.nat(),
  fc.double(),
  fc.integer(),
  fc.constantFrom(undefined, null, '12', NaN, Infinity, -Infinity, -0, true, [], {}),
);
const DETAILS = [
  'cacheRead',
  'cacheWrite',
  'reasoning',
  'audioInput',
  'audioOutput',
  'imageInput',
  'imageOutput',
] as const;

const usageOf = (input: fc.Arbitrary<unknown>): fc.Arbitrary<any> =>
  fc.record({
    input,
    output: anything,
    ...Object.fromEntries(DETAILS.map((name) => [name, anything])),
  });

const INPUT_KINDS = ['input', 'cache_read', 'cache_write', 'audio_input', 'image_input'] as const;
const OUTPUT_KINDS = ['output', 'reasoning', 'audio_output', 'image_output'] as const;

describe('parts of the tokens', () => {
  test('never overlap: they sum to the totals, whatever the details claim', () => {
    fc.assert(
      fc.property(usageOf(fc.nat({ max: 10_000_000 })), (usage) => {
        const parts = toTokenParts(usage);
        const sum = (kinds: readonly (keyof typeof parts)[]): number =>
          kinds.reduce((total, kind) => total + parts[kind], 0);
        expect(sum(INPUT_KINDS)).toBe(toCount(usage.input));
        expect(sum(OUTPUT_KINDS)).toBe(toCount(usage.output));
        for (const kind of TOKEN_KINDS) {
          expect(Number.isInteger(parts[kind])).toBe(true);
          expect(parts[kind]).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('are what the provider said, where its details fit its totals', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 100_000 }), { minLength: 9, maxLength: 9 }), (counts) => {
        const [
          input,
          cacheRead,
          cacheWrite,
          audioInput,
          imageInput,
          output,
          reasoning,
          audioOutput,
          imageOutput,
        ] = counts as [number, number, number, number, number, number, number, number, number];
        expect(
          toTokenParts({
            input: input + cacheRead + cacheWrite + audioInput + imageInput,
            output: output + reasoning + audioOutput + imageOutput,
            cacheRead,
            cacheWrite,
            audioInput,
            imageInput,
            reasoning,
            audioOutput,
            imageOutput,
          }),
        ).toEqual({
          input,
          cache_read: cacheRead,
          cache_write: cacheWrite,
          audio_input: audioInput,
          image_input: imageInput,
          output,
          reasoning,
          audio_output: audioOutput,
          image_output: imageOutput,
        });
      }),
    );
  });

  test('a count is a whole number that is not negative, and nothing else', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const count = toCount(value);
        expect(Number.isFinite(count) && count >= 0).toBe(true);
        const isWhole = Number.isSafeInteger(value) && (value as number) > 0;
        expect(count).toBe(isWhole ? value : 0);
      }),
    );
  });

  test('a usage stands or falls with its input', () => {
    fc.assert(
      fc.property(usageOf(anything), (usage) => {
        const isCount = Number.isSafeInteger(usage.input) && usage.input >= 0;
        expect(checkUsage(usage)).toBe(isCount ? usage : undefined);
      }),
    );
    expect(checkUsage(undefined)).toBeUndefined();
  });
});
