import type { Passage } from './passages.ts';
import type { Random } from './random.ts';
import { stemsOf } from './words.ts';

interface Scored {
  readonly sentence: string;
  readonly mark: string;
  readonly score: number;
  readonly order: number;
}

/** Rare stems tell more about which sentence answers than frequent ones. */
function rarityOf(sentences: readonly (readonly string[])[]): (stem: string) => number {
  const counts = new Map<string, number>();
  for (const stems of sentences) {
    for (const stem of new Set(stems)) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  }
  return (stem) => Math.log(1 + sentences.length / (counts.get(stem) ?? sentences.length));
}

function scoreSentences(question: string, passages: readonly Passage[]): Scored[] {
  const asked = new Set(stemsOf(question));
  const stems = passages.map((passage) => passage.sentences.map((sentence) => stemsOf(sentence)));
  const rarity = rarityOf(stems.flat());
  const shared = (own: Iterable<string>): number => {
    let score = 0;
    for (const stem of new Set(own)) if (asked.has(stem)) score += rarity(stem);
    return score;
  };
  return passages.flatMap((passage, passageIndex) => {
    const around = 0.3 * shared(stems[passageIndex]?.flat() ?? []);
    return passage.sentences.map((sentence, sentenceIndex) => {
      const own = shared(stems[passageIndex]?.[sentenceIndex] ?? []);
      const order = passageIndex * 10_000 + sentenceIndex;
      return { sentence, mark: passage.mark, score: own === 0 ? 0 : own + around, order };
    });
  });
}

const leads = ['According to the documents: ', 'The documents say: ', 'From the context: ', ''] as const;

/**
 * Quotes the one or two sentences of the context that share most with the question, word for word.
 * Undefined where the context has nothing to do with the question.
 */
export function toGroundedAnswer(
  question: string,
  passages: readonly Passage[],
  random: Random,
): string | undefined {
  const ranked = scoreSentences(question, passages)
    .filter((scored) => scored.score > 0)
    .toSorted((a, b) => b.score - a.score || a.order - b.order);
  const best = ranked[0];
  if (best === undefined) return undefined;
  const second = ranked[1];
  const chosen = second !== undefined && second.score >= 0.6 * best.score ? [best, second] : [best];
  const quoted = chosen.map(({ sentence, mark }) =>
    mark.startsWith('[') ? `${sentence} ${mark}` : sentence,
  );
  return `${random.pick(leads)}${quoted.join(' ')}`;
}

/** What a tool or a document says where no sentence of it fits the question better than another. */
export function toPlainQuote(passages: readonly Passage[]): string {
  return passages.map((passage) => passage.sentences.slice(0, 2).join(' ')).join(' ');
}
