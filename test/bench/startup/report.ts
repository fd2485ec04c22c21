import type { ResultTable } from '../result-table.ts';
import { spreadOf, toDigits } from '../spread.ts';
import type { Installed } from './installs.ts';
import type { ProcessTimes, Program } from './preloaded-process.ts';
import type { ServerTimes } from './server-process.ts';
import type { Turns } from './turns.ts';

const BYTES_A_MB = 1e6;

/** The middle one, and where the middle half of them lies. */
function toCell(values: readonly number[]): string {
  const { median, low, high } = spreadOf(values);
  return `${toDigits(median)} (${toDigits(low)} to ${toDigits(high)})`;
}

interface Column {
  readonly head: string;
  readonly of: (one: Installed) => readonly number[];
}

function columnsOf(program: Program, times: Turns<Installed, ProcessTimes>): readonly Column[] {
  const took: Column = {
    head: `\`${program.name}\``,
    of: (one) => (times.get(one) ?? []).map(({ tookMs }) => tookMs),
  };
  const cpu: Column = {
    head: `CPU of \`${program.name}\``,
    of: (one) => (times.get(one) ?? []).map(({ cpuMs }) => cpuMs),
  };
  return program.tellsCpu === true ? [took, cpu] : [took];
}

/** Turn by turn above the bare process. */
function difference(values: readonly number[], bare: readonly number[]): readonly number[] {
  return values.map((value, turn) => value - (bare[turn] ?? Number.NaN));
}

/** The bare process is the first of the installed. */
export function preloadTable(
  installed: readonly Installed[],
  times: ReadonlyMap<Program, Turns<Installed, ProcessTimes>>,
): ResultTable {
  const columns = [...times].flatMap(([program, turns]) => columnsOf(program, turns));
  const [bare, ...hooked] = installed as readonly [Installed, ...Installed[]];
  return {
    id: 'startup-preload',
    title: 'A process that never loads openai, from start to end, in ms (median and quartiles)',
    head: ['what', ...columns.map(({ head }) => head)],
    rows: [
      [bare.subject.name, ...columns.map(({ of }) => toCell(of(bare)))],
      ...hooked.map((one) => [
        `added by ${one.subject.name}`,
        ...columns.map(({ of }) => toCell(difference(of(one), of(bare)))),
      ]),
    ],
  };
}

export function serverTable(id: string, when: string, times: Turns<Installed, ServerTimes>): ResultTable {
  return {
    id,
    title: `An Express app with openai, its first request ${when}, in ms (median and quartiles)`,
    head: [
      'what',
      'start to listening',
      'start to first answer',
      'stall of the first request',
      'longest delay',
    ],
    rows: [...times].map(([{ subject }, turns]) => [
      subject.name,
      toCell(turns.map(({ listeningMs }) => listeningMs)),
      toCell(turns.map(({ firstAnswerMs }) => firstAnswerMs)),
      toCell(turns.map(({ stallMs }) => stallMs)),
      toCell(turns.map(({ longestDelayMs }) => longestDelayMs)),
    ]),
  };
}

export function installTable(installed: readonly Installed[]): ResultTable {
  return {
    id: 'startup-install',
    title: 'What `npm install` brings',
    head: ['what', 'packages', 'MB on disk'],
    rows: installed
      .filter(({ preload }) => preload !== undefined)
      .map(({ subject, packages, bytes }) => [subject.name, String(packages), toDigits(bytes / BYTES_A_MB)]),
  };
}
