import { wrap } from '../wrap.ts';
import type { CallBook } from './call-book.ts';
import { toCostLine, toFeatureTable, toModelTable, toMoneyTable, toTokenLine } from './call-tables.ts';
import { toUsdCell } from './cost-sum.ts';
import { type Figures, toFigures } from './figures.ts';
import { toArmTable, toConversationLine, toTaskTable, toVoteLine } from './people-tables.ts';
import { counted, cut, type Style, toCount, toList, toSeconds } from '../text.ts';

export interface BoardState {
  readonly book: CallBook;
  readonly elapsedSeconds: number;
  /** What the demo is doing, in a few words. */
  readonly phase: string;
  readonly incident: string | undefined;
}

const MARGIN = ' ';
const WIDTH = 80;
const plain = (text: string): string => text;

/** What one is looking at. */
export function toHeader(width: number, style: Style): string[] {
  return toLines(
    [
      ['genvitals demo: a support assistant. Its calls are told by one flag,', style.bold],
      ['node --require @genvitals/node/register app.js', style.dim],
      ['features, votes, tasks and arms by about two lines each (@genvitals/context)', style.dim],
    ],
    width,
  );
}

/** Every figure that the telemetry gives, as lines of at most `width` columns. */
export function toBoard(state: BoardState, width: number, style: Style): string[] {
  const { book, elapsedSeconds, phase, incident } = state;
  const observed = book.calls();
  const all = toFigures(observed);
  const [modelTitle, ...models] = toModelTable(observed);
  const [moneyTitle, ...moneys] = toMoneyTable(observed, book.rateLimitsOf);
  const [featureTitle, ...features] = toFeatureTable(observed, book.people.votes());
  const rate = (all.calls / Math.max(elapsedSeconds, 1)).toFixed(1);
  const lines: Line[] = [
    [`${elapsedSeconds.toFixed(0)} s  ${phase}  ${counted(all.calls, 'call')}, ${rate} a second`, style.bold],
  ];
  if (incident !== undefined) {
    for (const line of wrap(`incident: ${incident}`, width - MARGIN.length)) lines.push([line, style.yellow]);
  }
  lines.push(
    [''],
    [modelTitle, style.dim],
    ...models.map((line): Line => [line]),
    [''],
    [featureTitle, style.dim],
    ...features.map((line): Line => [line]),
    [''],
    ...toPeopleTables(book, style),
    ...toErrorLines(all).map((line): Line => [line, all.errors > 0 ? style.red : plain]),
    [`feedback     ${toVoteLine(book)}`],
    [`handed over  ${toConversationLine(book)}`],
    [`cancelled    ${all.cancelled}, broken off by the app`],
    [`first chunk  p50 ${toSeconds(all.firstChunk.p50)}, p95 ${toSeconds(all.firstChunk.p95)}, of streams`],
    [`tokens       ${toTokenLine(all)}`],
    ...toCostLines(all, width).map((line): Line => [line]),
    [''],
    [moneyTitle, style.dim],
    ...moneys.map((line): Line => [line]),
    [''],
    [`watched      ${toInstrumentation(book)}`],
    [''],
    [`All from the OTLP that the app sent: ${toSignalLine(book)}.`, style.dim],
  );
  return toLines(lines, width);
}

/** What has come so far, on one line. */
export function toProgressLine({ book, elapsedSeconds, phase }: BoardState): string {
  const { calls, errors, cancelled, latency, tokens, cost } = toFigures(book.calls());
  const seconds = elapsedSeconds.toFixed(0).padStart(3);
  if (calls === 0) return `${seconds} s  ${phase}`;
  const counts = `${counted(calls, 'call')}, ${counted(errors, 'error')}, ${cancelled} cancelled`;
  const sums = `${toCount(tokens.input + tokens.output)} tokens, ${toUsdCell(cost)} USD`;
  return cut(`${seconds} s  ${counts}, p95 ${toSeconds(latency.p95)}, ${sums}`, WIDTH);
}

type Line = readonly [text: string, mark?: (text: string) => string];

function toLines(lines: readonly Line[], width: number): string[] {
  return lines.map(([text, mark = plain]) => (text === '' ? '' : mark(cut(MARGIN + text, width))));
}

/** Nothing of what the app says nothing of. */
function toPeopleTables(book: CallBook, style: Style): Line[] {
  return [toTaskTable(book), toArmTable(book)].flatMap(([title, ...rows]): Line[] =>
    rows.length === 0 ? [] : [[title, style.dim], ...rows.map((row): Line => [row]), ['']],
  );
}

/** By kind, then by type: "errors  3: request 2, provider 1" and "by type  context_length_exceeded 2, 500 1". */
function toErrorLines({ errors, errorsByKind, errorsByType, retries }: Figures): string[] {
  const behind =
    retries === 0 ? '' : ` (and ${retries === 1 ? '1 retry' : `${retries} retries`} inside calls)`;
  if (errors === 0) return [`errors       none${behind}`];
  return [`errors       ${errors}: ${toList(errorsByKind)}${behind}`, `  by type    ${toList(errorsByType)}`];
}

function toCostLines(all: Figures, width: number): string[] {
  const title = 'cost         ';
  return wrap(toCostLine(all), width - MARGIN.length - title.length).map((line, index) =>
    index === 0 ? title + line : ' '.repeat(title.length) + line,
  );
}

function toSignalLine(book: CallBook): string {
  const { spans, events, counted: metric } = book.signals();
  return `${counted(spans, 'span')}, ${counted(events, 'event')}, ${metric} counted`;
}

function toInstrumentation(book: CallBook): string {
  const info = book.info();
  return info === undefined ? '-' : `openai ${info.openaiVersion}, seam: ${info.seam}`;
}
