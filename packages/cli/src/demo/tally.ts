import { type Answer, type Rating, type TaskEnd, toReaction } from './reactions.ts';
import type { Random } from './seeded-random.ts';
import { post, type Visitor } from './visits.ts';

/** What visitors did. */
export interface Tally {
  visits: number;
  /** Each visitor's last word on an answer. */
  readonly votes: Record<Rating, number>;
  /** Votes that were changed once. */
  changed: number;
  /** Tasks that visitors ended; those that the assistant failed are not among them. */
  readonly tasks: Record<TaskEnd, number>;
  /** What the assistant did not take. */
  refused: number;
}

export function createTally(): Tally {
  return {
    visits: 0,
    votes: { positive: 0, negative: 0 },
    changed: 0,
    tasks: { completed: 0, failed: 0, escalated: 0 },
    refused: 0,
  };
}

/** Has the visitor say what they think of the answer, by the tokens that came with it. */
export async function tell(visitor: Visitor, answer: Answer, random: Random, tally: Tally): Promise<void> {
  const { rating, secondRating, taskEnd } = toReaction(answer, random);
  const isTaken = async (path: string, body: unknown): Promise<boolean> => {
    const response = await post(visitor, path, body);
    await response.arrayBuffer();
    if (!response.ok) tally.refused++;
    return response.ok;
  };
  const { call, task } = answer;
  if (call !== undefined && rating !== undefined) {
    if (await isTaken('/v1/feedback', { call, rating })) tally.votes[rating]++;
    if (secondRating !== undefined && (await isTaken('/v1/feedback', { call, rating: secondRating }))) {
      tally.votes[rating]--;
      tally.votes[secondRating]++;
      tally.changed++;
    }
  }
  if (task !== undefined && taskEnd !== undefined) {
    if (await isTaken('/v1/outcomes', { type: 'task', task, status: taskEnd })) tally.tasks[taskEnd]++;
  }
}
