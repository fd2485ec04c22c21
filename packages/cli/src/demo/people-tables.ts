import type { CallBook } from './call-book.ts';
import { scaleCost, toUsdCell } from './cost-sum.ts';
import { ratio } from './figures.ts';
import { type ArmFigures, groupTasks, type TaskFigures, toArms, toVoteFigures } from './people-figures.ts';
import { type Column, figure, toTable } from '../table.ts';
import { counted, NOTHING, toPercent } from '../text.ts';

interface TaskRow extends TaskFigures {
  readonly name: string;
}

/** 80 columns with the margin. */
const taskColumns: readonly Column<TaskRow>[] = [
  { title: 'task', width: 20, align: 'left', cell: ({ name }) => name },
  figure('started', 7, ({ started }: TaskRow) => String(started)),
  figure('completed', 9, ({ completed }: TaskRow) => String(completed)),
  figure('failed', 6, ({ failed }: TaskRow) => String(failed)),
  figure('escalated', 9, ({ escalated }: TaskRow) => String(escalated)),
  figure('open', 4, ({ open }: TaskRow) => String(open)),
  figure('completion', 10, ({ completionShare }: TaskRow) => toPercent(completionShare)),
];

const THOUSAND = 1_000;

const armColumns: readonly Column<ArmFigures>[] = [
  {
    title: 'arm',
    width: 23,
    align: 'left',
    cell: ({ experiment, variant }) => `${experiment} ${variant}`,
  },
  figure('units', 5, ({ units }: ArmFigures) => String(units)),
  figure('calls', 5, ({ figures }: ArmFigures) => String(figures.calls)),
  figure('USD/1k calls', 12, ({ figures }: ArmFigures) =>
    toUsdCell(scaleCost(figures.costPerCall, THOUSAND)),
  ),
  figure('votes', 5, ({ votes }: ArmFigures) => String(votes.votes)),
  figure('positive', 8, ({ votes }: ArmFigures) => toPercent(votes.positiveShare)),
  figure('done', 5, ({ tasks }: ArmFigures) => toPercent(tasks.completionShare)),
];

/** One line a task, by its name. */
export function toTaskTable({ people }: CallBook): [string, ...string[]] {
  return toTable(
    taskColumns,
    groupTasks(people.tasks()).map(([name, tasks]) => ({ name, ...tasks })),
  );
}

/** One line an arm of an experiment. */
export function toArmTable(book: CallBook): [string, ...string[]] {
  return toTable(armColumns, toArms(book));
}

/** "41 votes: 34 positive, 7 negative (83 % positive), 3 changed their mind" */
export function toVoteLine({ people }: CallBook): string {
  const { votes, positive, negative, positiveShare, changed } = toVoteFigures(people.votes());
  if (votes === 0) return 'no votes';
  return `${counted(votes, 'vote')}: ${positive} positive, ${negative} negative (${toPercent(positiveShare)} positive), ${changed} changed`;
}

/** "6 of 60 conversations, to a person (10 %)" */
export function toConversationLine({ people }: CallBook): string {
  const { started, escalated } = people.conversations();
  if (started === 0) return NOTHING;
  return `${escalated} of ${counted(started, 'conversation')}, to a person (${toPercent(ratio(escalated, started))})`;
}
