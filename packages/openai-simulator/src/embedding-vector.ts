import { createRandom, hashText } from './random.ts';
import { stemsOf, wordsOf } from './words.ts';

/** Every feature moves one place in each block of so many; a shortened vector thus keeps its share of all features. */
const blockSize = 16;

const weights = { stem: 1, pair: 0.35, letters: 0.12 } as const;

/** What a text is made of: stems, neighbouring stems and groups of letters, each with its weight. */
function featuresOf(text: string): Map<string, number> {
  const counts = new Map<string, { weight: number; count: number }>();
  const add = (feature: string, weight: number): void => {
    const known = counts.get(feature);
    if (known === undefined) counts.set(feature, { weight, count: 1 });
    else known.count += 1;
  };
  const meaningful = stemsOf(text);
  // A text of stop words, or of no words at all, still has a direction of its own.
  const stems = meaningful.length > 0 ? meaningful : wordsOf(text.toLowerCase());
  if (stems.length === 0) add(`text ${text}`, weights.stem);
  let before: string | undefined;
  for (const stem of stems) {
    add(`stem ${stem}`, weights.stem);
    if (before !== undefined) add(`pair ${before} ${stem}`, weights.pair);
    for (let from = 0; from + 4 <= stem.length; from += 1) {
      add(`letters ${stem.slice(from, from + 4)}`, weights.letters);
    }
    before = stem;
  }
  return new Map(
    [...counts].map(([feature, { weight, count }]) => [feature, weight * (1 + Math.log(count))]),
  );
}

function normalise(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  return length === 0 ? vector : vector.map((value) => value / length);
}

/**
 * A unit vector for a text. Texts that share words point in similar directions, others stand at right angles.
 * `revision` names the model that made it: vectors of two revisions have nothing to do with one another.
 */
export function toEmbedding(
  text: string,
  dimensions: number,
  fullLength: number,
  revision: string,
): Float32Array {
  const vector = new Float32Array(fullLength);
  for (const [feature, weight] of featuresOf(text)) {
    const random = createRandom(hashText(`${revision} ${feature}`));
    for (let block = 0; block < fullLength; block += blockSize) {
      const place = block + random.below(blockSize);
      vector[place] = (vector[place] ?? 0) + (random.next() < 0.5 ? -weight : weight);
    }
  }
  // Like the real models: a shorter embedding is the beginning of the long one, made a unit vector again.
  return normalise(dimensions < fullLength ? vector.slice(0, dimensions) : vector);
}
