import type { Arm } from './app-case.ts';
import type { CallBook } from './call-book.ts';
import { type Figures, ratio, toFigures } from './figures.ts';
import type { ObservedTasks, ObservedVote, TaskStatus, VoteRating } from './people-book.ts';

/** What a set of votes comes to, by their last word. */
export interface VoteFigures extends Readonly<Record<VoteRating, number>> {
  readonly votes: number;
  /** Of all votes, from 0 to 1; undefined where there is none. */
  readonly positiveShare: number | undefined;
  readonly negativeShare: number | undefined;
  /** Votes that were another before. */
  readonly changed: number;
}

export function toVoteFigures(votes: readonly ObservedVote[]): VoteFigures {
  const countOf = (rating: VoteRating): number => votes.filter((vote) => vote.rating === rating).length;
  const counts = {
    positive: countOf('positive'),
    negative: countOf('negative'),
    neutral: countOf('neutral'),
  };
  return {
    votes: votes.length,
    ...counts,
    positiveShare: ratio(counts.positive, votes.length),
    negativeShare: ratio(counts.negative, votes.length),
    changed: votes.filter(({ isChanged }) => isChanged).length,
  };
}

/** What a set of tasks comes to. */
export interface TaskFigures extends Readonly<Record<TaskStatus, number>> {
  readonly started: number;
  /** Those of which nobody has said how they ended. */
  readonly open: number;
  /** Completed of started, from 0 to 1; undefined where none was started. */
  readonly completionShare: number | undefined;
}

export function toTaskFigures(tasks: readonly ObservedTasks[]): TaskFigures {
  const endsOf = (status: TaskStatus): number => tasks.reduce((sum, { ends }) => sum + ends[status], 0);
  const started = tasks.reduce((sum, task) => sum + task.started, 0);
  const ends = {
    completed: endsOf('completed'),
    failed: endsOf('failed'),
    escalated: endsOf('escalated'),
    abandoned: endsOf('abandoned'),
  };
  const ended = Object.values(ends).reduce((sum, count) => sum + count, 0);
  return {
    started,
    ...ends,
    // At an export in the middle of a task, its end may have been counted and its start not.
    open: Math.max(0, started - ended),
    completionShare: ratio(ends.completed, started),
  };
}

/** By the name of the task, most started first. */
export function groupTasks(tasks: readonly ObservedTasks[]): [string, TaskFigures][] {
  const names = [...new Set(tasks.map(({ name }) => name))];
  return names
    .map((name): [string, TaskFigures] => [name, toTaskFigures(tasks.filter((task) => task.name === name))])
    .toSorted(
      ([a, { started: startedA }], [b, { started: startedB }]) => startedB - startedA || (a < b ? -1 : 1),
    );
}

/** One arm of an experiment: all that happened under it. */
export interface ArmFigures extends Arm {
  /** Units that chance put into it. */
  readonly units: number;
  readonly figures: Figures;
  readonly votes: VoteFigures;
  readonly tasks: TaskFigures;
}

const CONTROL = 'control';

/** By experiment, control first. */
export function toArms({ calls, people }: CallBook): ArmFigures[] {
  const observed = calls();
  const [votes, tasks, exposures] = [people.votes(), people.tasks(), people.exposures()];
  const arms = new Map<string, Arm>();
  for (const { arm } of [...observed, ...tasks, ...votes])
    if (arm !== undefined) arms.set(JSON.stringify([arm.experiment, arm.variant]), arm);
  return [...arms.values()]
    .map((arm): ArmFigures => {
      const isHere = (case_: { readonly arm: Arm | undefined }): boolean =>
        case_.arm?.experiment === arm.experiment && case_.arm.variant === arm.variant;
      return {
        ...arm,
        units: exposures.filter((exposure) => isHere({ arm: exposure })).length,
        figures: toFigures(observed.filter(isHere)),
        votes: toVoteFigures(votes.filter(isHere)),
        tasks: toTaskFigures(tasks.filter(isHere)),
      };
    })
    .toSorted((a, b) => orderOf(a).localeCompare(orderOf(b)));
}

function orderOf({ experiment, variant }: Arm): string {
  return `${experiment} ${variant === CONTROL ? 0 : 1} ${variant}`;
}
