/** A seeded source of chance. The same parts give the same sequence on every machine and in every run. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number in [0, bound). */
  below(bound: number): number;
  /** One of the items; there must be at least one. */
  pick<Item>(items: readonly Item[]): Item;
  /** Log-normal with the given median: what latencies look like. */
  logNormal(median: number, sigma: number): number;
  /** `length` characters of the alphabet. */
  text(length: number, alphabet: string): string;
}

/** 53-bit hash of a text (cyrb53): enough to key a cache, no protection against anybody. */
export function hashText(text: string, seed = 0): number {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2_654_435_761);
    low = Math.imul(low ^ unit, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & low) + (high >>> 0);
}

export function createRandom(...parts: readonly (string | number)[]): Random {
  const hash = hashText(parts.join('\u0000'));
  let state = (hash ^ Math.floor(hash / 4_294_967_296)) >>> 0;
  // mulberry32: 32 bits of state are plenty for a few hundred draws a call.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('Expected at least one item to pick from, got none.');
      return item;
    },
    logNormal: (median, sigma) => {
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * next()));
    },
    text: (length, alphabet) =>
      Array.from({ length }, () => alphabet.charAt(below(alphabet.length))).join(''),
  };
}
