import type { ResultTable } from '../result-table.ts';
import { spreadOf, toDigits } from '../spread.ts';
import type { CaseName } from './child/cases.ts';
import type { ChildResult } from './child/main.ts';
import type { Subject } from './subjects.ts';

type Results = ReadonlyMap<Subject, readonly ChildResult[]>;

const BYTES_A_KB = 1024;

/** One figure of all runs of a subject: the middle run, and the least and the most of them. */
interface Figure {
  readonly middle: number;
  readonly least: number;
  readonly most: number;
}

function figureOf(values: readonly number[]): Figure {
  return { middle: spreadOf(values).median, least: Math.min(...values), most: Math.max(...values) };
}

function toCell({ middle, least, most }: Figure): string {
  return `${toDigits(middle)} (${toDigits(least)} to ${toDigits(most)})`;
}

/** What a call takes while nothing else is in the way: the lower quartile of a run's rounds. */
function costOf(result: ChildResult, name: CaseName, who: string): number | undefined {
  const times = result.times[name][who];
  return times === undefined ? undefined : spreadOf(times).low;
}

/** What `who` takes above the bare client, in µs. */
function addedBy(results: readonly ChildResult[], name: CaseName, who: string): Figure | undefined {
  const added = results.flatMap((result) => {
    const [cost, bare] = [costOf(result, name, who), costOf(result, name, 'bare')];
    return cost === undefined || bare === undefined ? [] : [cost - bare];
  });
  return added.length === 0 ? undefined : figureOf(added);
}

function addedHeap(results: readonly ChildResult[]): Figure {
  return figureOf(
    results.map(({ heap }) => {
      const [patched = [], bare = []] = [heap['patched'], heap['bare']];
      return (spreadOf(patched).median - spreadOf(bare).median) / BYTES_A_KB;
    }),
  );
}

const CASES = ['call', 'large prompt', 'stream'] as const;

function cells(results: readonly ChildResult[], who: string): string[] {
  return CASES.map((name) => {
    const added = addedBy(results, name, who);
    return added === undefined ? '' : toCell(added);
  });
}

/** Added CPU beside an SDK. */
function withSdk(results: Results): ResultTable {
  const rows: string[][] = [];
  for (const [subject, runs] of results) {
    if (subject.sdk === 'none') continue;
    const { spanAttributes, metrics } = runs[0] as ChildResult;
    rows.push([
      subject.name,
      `${subject.sdkLine}.x`,
      `${spanAttributes} / ${metrics}`,
      ...cells(runs, 'patched'),
      toCell(addedHeap(runs)),
    ]);
    if (subject.withFloor !== true) continue;
    const loops = runs.map((run) => costOf(run, 'call', 'loop') ?? Number.NaN);
    const floor = `floor of ${subject.name}`;
    rows.push([
      `${floor}, by hand around the call`,
      `${subject.sdkLine}.x`,
      '',
      ...cells(runs, 'around'),
      '',
    ]);
    rows.push([`${floor}, SDK in a loop`, `${subject.sdkLine}.x`, '', toCell(figureOf(loops)), '', '', '']);
  }
  return {
    id: 'calls-sdk',
    title: 'Added CPU with an SDK registered, in µs (middle run, least and most)',
    head: [
      'what',
      'SDK',
      'span attributes / metrics',
      'call',
      'call, 100 kB prompt',
      'stream, 500 chunks',
      'heap kept by a stream of 20,000 chunks, KB',
    ],
    rows,
  };
}

/** Added CPU where nothing is registered. */
function withoutSdk(results: Results): ResultTable {
  const rows = [...results]
    .filter(([subject]) => subject.sdk === 'none')
    .map(([subject, runs]) => [subject.name, ...cells(runs, 'patched')]);
  return {
    id: 'calls-none',
    title: 'Added CPU with no SDK registered, in µs',
    head: ['what', 'call', 'call, 100 kB prompt', 'stream, 500 chunks'],
    rows,
  };
}

/** What the unpatched client takes, and how far it is from itself: less than that cannot be told. */
function bareClient(results: Results): ResultTable {
  const runs = [...results.values()].flat();
  const costs = CASES.map((name) =>
    toCell(figureOf(runs.map((run) => costOf(run, name, 'bare') ?? Number.NaN))),
  );
  return {
    id: 'calls-bare',
    title: 'The unpatched client, in µs, over all processes',
    head: ['what', 'call', 'call, 100 kB prompt', 'stream, 500 chunks'],
    rows: [
      ['CPU of the unpatched client', ...costs],
      ['the same, above itself (the noise)', ...cells(runs, 'again')],
    ],
  };
}

export function reportOf(results: Results): readonly ResultTable[] {
  return [withSdk(results), withoutSdk(results), bareClient(results)].filter(({ rows }) => rows.length > 0);
}
