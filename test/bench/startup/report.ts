import type { ResultTable } from '../result-table.ts';
import { spreadOf, toDigits } from '../spread.ts';
import type { Installed } from './installs.ts';
import type { Program } from './preloaded-process.ts';
import type { ServerTimes } from './server-process.ts';
import type { Turns } from './turns.ts';

const BYTES_A_MB = 1e6;

/** The middle one, and where the middle half of them lies. */
function toCell(values: readonly number[]): string {
  const { median, low, high } = spreadOf(values);
  return `${toDigits(median)} (${toDigits(low)} to ${toDigits(high)})`;
}

/** Turn by turn above the bare process, which is the first. */
function aboveBare(all: Turns<Installed, number>, values: readonly number[]): readonly number[] {
  const [bare = []] = all.values();
  return values.map((value, turn) => value - (bare[turn] ?? Number.NaN));
}

export function preloadTable(times: ReadonlyMap<Program, Turns<Installed, number>>): ResultTable {
  const programs = [...times];
  const installed = [...(programs[0]?.[1].keys() ?? [])];
  return {
    id: 'startup-preload',
    title: 'A process that never loads openai, from start to end, in ms (median and quartiles)',
    head: ['what', ...programs.flatMap(([{ name }]) => [`\`${name}\``, 'added'])],
    rows: installed.map((one) => [
      one.subject.name,
      ...programs.flatMap(([, all]) => {
        const values = all.get(one) ?? [];
        const added = one.preload === undefined ? '' : toCell(aboveBare(all, values));
        return [toCell(values), added];
      }),
    ]),
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
