import { attributes, metrics } from '@genvitals/conventions';
import { expect, test } from 'vitest';
import { toBoard } from '../src/demo/board.ts';
import { type CallBook, createCallBook } from '../src/demo/call-book.ts';
import { toClosing } from '../src/demo/closing.ts';
import { toArms, toVoteFigures } from '../src/demo/people-figures.ts';
import { toQuality } from '../src/demo/reactions.ts';
import { plainStyle } from '../src/text.ts';
import { toArm, toMetrics, toTraces, toVotes } from './fake-telemetry.ts';

const boardOf = (book: CallBook, width = 80): string[] =>
  toBoard({ book, elapsedSeconds: 9, phase: 'done', incident: undefined }, width, plainStyle);

const { taskName, taskStatus, feedbackRating } = attributes;

function addTasks(
  book: CallBook,
  name: string,
  started: number,
  ends: Record<string, number>,
  variant?: string,
) {
  const labels = { [taskName.key]: name, ...toArm(variant) };
  book.addMetrics(toMetrics(metrics.taskStarted.name, [[labels, started]]));
  const points = Object.entries(ends).map(
    ([status, count]) => [{ ...labels, [taskStatus.key]: status }, count] as const,
  );
  book.addMetrics(toMetrics(metrics.taskOutcomes.name, points));
}

test('a vote that is changed is one vote, by its last word, in whichever order the words arrive', () => {
  const first = { of: 'a', rating: 'positive', atMs: 1 };
  const second = { of: 'a', rating: 'negative', atMs: 2, isRevision: true };
  for (const words of [
    [first, second],
    [second, first],
  ]) {
    const book = createCallBook();
    book.addLogs(toVotes([...words, { of: 'b', rating: 'positive' }]));
    expect(toVoteFigures(book.people.votes())).toEqual({
      votes: 2,
      positive: 1,
      negative: 1,
      neutral: 0,
      positiveShare: 0.5,
      negativeShare: 0.5,
      changed: 1,
    });
  }
});

test('a verdict of a judge is no vote', () => {
  const book = createCallBook();
  book.addLogs(toVotes([{ of: 'a', rating: 'pass' }]));
  expect(book.people.votes()).toEqual([]);
});

test('the board tells votes by feature, and tasks by their names with those that are open', () => {
  const book = createCallBook();
  book.addTraces(toTraces([{ feature: 'ask' }, { feature: 'chat' }]));
  book.addLogs(
    toVotes([
      { of: 'a', rating: 'positive' },
      { of: 'b', rating: 'negative' },
      { of: 'c', rating: 'positive', feature: 'chat' },
    ]),
  );
  addTasks(book, 'track_order', 4, { completed: 3, failed: 0, escalated: 0 });
  addTasks(book, 'answer_question', 10, { completed: 6, failed: 1, escalated: 1 });
  const board = boardOf(book).join('\n');
  expect(board).toMatch(/^ ask +1 .* 50 %$/m);
  expect(board).toMatch(/^ chat +1 .* 100 %$/m);
  expect(board).toMatch(/^ answer_question +10 +6 +1 +1 +2 +60 %\n track_order +4 +3 +0 +0 +1 +75 %$/m);
  expect(board).toContain('feedback     3 votes: 2 positive, 1 negative (67 % positive), 0 changed');
});

test('an arm has its own calls, cost, votes and tasks, control before candidate', () => {
  const book = createCallBook();
  book.addTraces(
    toTraces([
      { variant: 'candidate', costUsd: 0.002 },
      { variant: 'candidate', costUsd: 0.004 },
      { variant: 'control', costUsd: 0.001 },
      { costUsd: 0.1 },
    ]),
  );
  book.addLogs(
    toVotes([
      { of: 'a', rating: 'negative', variant: 'control' },
      { of: 'b', rating: 'positive', variant: 'candidate' },
      { of: 'c', rating: 'positive' },
    ]),
  );
  addTasks(book, 'answer', 2, { completed: 1 }, 'control');
  expect(toArms(book).map(({ variant, figures, votes }) => [variant, figures.calls, votes.votes])).toEqual([
    ['control', 1, 1],
    ['candidate', 2, 1],
  ]);
  const board = boardOf(book).join('\n');
  expect(board).toMatch(
    /^ tone control +0 +1 +1\.00 +1 +0 % +50 %\n tone candidate +0 +2 +3\.00 +1 +100 % +-$/m,
  );
});

test('of an app that says nothing by itself, the board has neither tasks nor arms', () => {
  const book = createCallBook();
  book.addTraces(toTraces([{}]));
  const board = boardOf(book).join('\n');
  expect(board).not.toMatch(/^ (?:task|arm) /m);
  expect(board).toContain('feedback     no votes\n handed over  -');
});

test('the board fits its width, whatever tasks and experiments are called', () => {
  const book = createCallBook();
  book.addTraces(toTraces([{ variant: 'a-variant-'.repeat(9) }]));
  addTasks(book, 'a_task_'.repeat(9), 1_234_567, { completed: 1_234_567 });
  for (const width of [80, 40])
    for (const line of boardOf(book, width)) expect(line.length).toBeLessThanOrEqual(width);
});

test('the end says so when votes were lost on the way', () => {
  const book = createCallBook();
  book.addLogs(toVotes([{ of: 'a', rating: 'positive' }]));
  const points = [[{ [feedbackRating.key]: 'positive' }, 2]] as const;
  book.addMetrics(toMetrics(metrics.feedbackSubmissions.name, points));
  const closing = toClosing(book, undefined, plainStyle).join(' ');
  expect(closing).toContain('Events tell of 1 vote, metrics of 2: something was lost');
});

test.each([
  ['According to the documents: Helmets cannot be returned once the seal is broken. [1]', 'helpful'],
  ['The documents say: number: B-1077, status: packed, arrives: 15 May', 'helpful'],
  ['Brake pads, tyres, chains and cables are wearing parts and are covered for 270 days.', 'doubtful'],
  ['It depends on several factors, so please check the relevant details with the team.', 'doubtful'],
  ['I do not know the delivery of a bicycle.', 'doubtful'],
  ['  ', 'none'],
])('visitors take %j as %s', (text, quality) => {
  expect(toQuality({ isGiven: true, text })).toBe(quality);
  expect(toQuality({ isGiven: false, text })).toBe('none');
});
