import { documents } from './assistant/documents.ts';
import { findOrder, orderNumbers } from './assistant/orders.ts';
import type { Random } from './seeded-random.ts';

/** What a visitor got. */
export interface Answer {
  /** Whether the assistant gave one at all. */
  readonly isGiven: boolean;
  /** Empty where it gave none. */
  readonly text: string;
  /** Tokens, where they came with it. */
  readonly call: string | undefined;
  readonly task: string | undefined;
}

export type Rating = 'positive' | 'negative';
export type TaskEnd = 'completed' | 'failed' | 'escalated';

/** What a visitor says of an answer; nothing, mostly. */
export interface Reaction {
  readonly rating: Rating | undefined;
  /** What the visitor says next, having thought again. */
  readonly secondRating: Rating | undefined;
  readonly taskEnd: TaskEnd | undefined;
}

type Quality = 'helpful' | 'doubtful' | 'none';

interface Mood {
  /** Shares, from 0 to 1. */
  readonly votes: number;
  readonly positive: number;
  readonly ends: Readonly<Record<TaskEnd, number>>;
}

/** How visitors take answers, one row for each kind; whoever is left over says nothing of the task. */
const moods: Readonly<Record<Quality, Mood>> = {
  helpful: { votes: 0.45, positive: 0.9, ends: { completed: 0.88, failed: 0.03, escalated: 0.03 } },
  doubtful: { votes: 0.55, positive: 0.25, ends: { completed: 0.35, failed: 0.3, escalated: 0.2 } },
  none: { votes: 0.6, positive: 0.03, ends: { completed: 0, failed: 0.4, escalated: 0.4 } },
};

/** However politely. */
const REFUSAL = /\b(?:do not|don't|cannot|can't) (?:know|answer|help)\b/i;
const SECOND_THOUGHTS = 0.1;
const MAX_UNKNOWN_WORDS = 0.4;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
/** Of a quotation's mark, such as [1], nothing is asserted. */
const figuresOf = (text: string): string[] => text.replaceAll(/\[\d+\]/g, '').match(/\d+/g) ?? [];

const shop = [...documents.map(({ title, text }) => `${title} ${text}`), ...orderNumbers.map(findOrder)].join(
  ' ',
);
const knownWords = new Set(wordsOf(shop));
const knownFigures = new Set(figuresOf(shop));

/** No model: a visitor doubts a refusal, and what has words or figures that stand nowhere in the shop's own papers. */
export function toQuality({ isGiven, text }: Pick<Answer, 'isGiven' | 'text'>): Quality {
  if (!isGiven || text.trim() === '') return 'none';
  const words = wordsOf(text);
  const unknown = words.filter((word) => !knownWords.has(word)).length;
  const isOfTheShop =
    words.length > 0 &&
    unknown <= words.length * MAX_UNKNOWN_WORDS &&
    figuresOf(text).every((figure) => knownFigures.has(figure));
  return isOfTheShop && !REFUSAL.test(text) ? 'helpful' : 'doubtful';
}

export function toReaction(answer: Answer, random: Random): Reaction {
  const { votes, positive, ends } = moods[toQuality(answer)];
  // Each of them is drawn, whether it is needed or not: one more vote must not change who comes next.
  const [doesVote, isPositive, thinksAgain, place] = [
    random.next(),
    random.next(),
    random.next(),
    random.next(),
  ];
  const rating = doesVote >= votes ? undefined : isPositive < positive ? 'positive' : 'negative';
  const opposite = rating === 'positive' ? 'negative' : 'positive';
  return {
    rating,
    secondRating: rating !== undefined && thinksAgain < SECOND_THOUGHTS ? opposite : undefined,
    taskEnd: toTaskEnd(ends, place),
  };
}

function toTaskEnd(ends: Mood['ends'], place: number): TaskEnd | undefined {
  let rest = place;
  for (const [end, share] of Object.entries(ends) as [TaskEnd, number][]) {
    rest -= share;
    if (rest < 0) return end;
  }
  return undefined;
}
