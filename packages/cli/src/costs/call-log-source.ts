import { realpathSync } from 'node:fs';
import { CliError } from '../errors.ts';
import { counted } from '../text.ts';
import { type ReadCall, readCallLine } from './call-line-reader.ts';
import { type Counted, CountedBook, type CountedSide, NOTHING_COUNTED } from './counted.ts';
import { dayOf, type DayRange } from './days.ts';
import { readLines } from './line-reader.ts';

/** Ours have 8 kB at most; what is far above is none. */
const MAX_LINE_BYTES = 1 << 20;

/** What became of the lines of a file. */
interface Tally {
  /** The number of the newest line, by which it is found. */
  number: number;
  /** Lines that are not empty. */
  lines: number;
  calls: number;
  others: number;
  firstOther: number | undefined;
  outside: number;
  otherProviders: number;
}

function toCounted(call: ReadCall): Counted {
  const { isAnswered, inputTokens, outputTokens, cachedTokens, costUsd, costStatus } = call;
  const hasTokens = inputTokens !== undefined || outputTokens !== undefined;
  const isUncosted = hasTokens && costUsd === undefined && costStatus === undefined;
  return {
    ...NOTHING_COUNTED,
    usd: costUsd ?? 0,
    calls: isAnswered ? 1 : 0,
    tokens: { input: inputTokens ?? 0, cached: cachedTokens, output: outputTokens ?? 0 },
    unpriced: hasTokens && costStatus === 'none' ? 1 : 0,
    partlyPriced: costStatus === 'partial' ? 1 : 0,
    uncosted: isUncosted ? 1 : 0,
    usageMissing: isAnswered && !hasTokens && costUsd === undefined ? 1 : 0,
  };
}

async function readFile(
  path: string,
  { from, to }: DayRange,
  provider: string,
  book: CountedBook,
  signal: AbortSignal,
): Promise<Tally> {
  const tally: Tally = {
    number: 0,
    lines: 0,
    calls: 0,
    others: 0,
    firstOther: undefined,
    outside: 0,
    otherProviders: 0,
  };
  for await (const lines of readLines(path, MAX_LINE_BYTES)) {
    signal.throwIfAborted();
    for (const line of lines) {
      tally.number += 1;
      if (line?.trim() === '') continue;
      tally.lines += 1;
      const call = line === undefined ? undefined : readCallLine(line);
      if (call === undefined) {
        tally.others += 1;
        tally.firstOther ??= tally.number;
        continue;
      }
      tally.calls += 1;
      const day = dayOf(call.atMs);
      if (call.provider !== provider) tally.otherProviders += 1;
      else if (day < from || day > to) tally.outside += 1;
      else book.add(day, call.model, toCounted(call));
    }
  }
  return tally;
}

function toNotes(path: string, tally: Tally, { from, to }: DayRange, provider: string): readonly string[] {
  const { lines, calls, others, firstOther, outside, otherProviders } = tally;
  if (lines === 0) return [`${path} has no lines.`];
  return [
    ...(others > 0
      ? [
          `${path}: ${others} of ${counted(lines, 'line')} are no call lines; the first is line ${firstOther}.`,
        ]
      : []),
    ...(otherProviders > 0
      ? [`${path}: ${counted(otherProviders, 'call')} of ${calls} went to other providers than ${provider}.`]
      : []),
    ...(outside > 0
      ? [`${path}: ${counted(outside, 'call')} of ${calls} ended outside of ${from} to ${to}.`]
      : []),
  ];
}

function onlyOnce(paths: readonly string[]): readonly string[] {
  const byTarget = new Map<string, string>();
  for (const path of paths) {
    let target = path;
    try {
      target = realpathSync(path);
    } catch {
      // Reading it tells what is wrong.
    }
    if (!byTarget.has(target)) byTarget.set(target, path);
  }
  return [...byTarget.values()];
}

/** Counts the call lines of files. A file that is named twice counts once. */
export async function countCallLog(
  paths: readonly string[],
  range: DayRange,
  provider: string,
  signal: AbortSignal,
): Promise<CountedSide> {
  const book = new CountedBook();
  const notes: string[] = [];
  for (const path of onlyOnce(paths)) {
    let tally: Tally;
    try {
      tally = await readFile(path, range, provider, book, signal);
    } catch (error) {
      signal.throwIfAborted();
      const came = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      throw new CliError(
        'COSTS_FILE_UNREADABLE',
        `Expected \`--call-log\` to name files that can be read, got ${came} for ${path}.`,
        { cause: error },
      );
    }
    if (tally.lines > 0 && tally.calls === 0) {
      throw new CliError(
        'COSTS_LOG_WITHOUT_CALLS',
        `Expected ${path} to have lines that GENVITALS_CALL_LOG writes, got ${counted(tally.lines, 'line')} and none of a call.`,
      );
    }
    notes.push(...toNotes(path, tally, range, provider));
  }
  return { models: book.models(), notes };
}
