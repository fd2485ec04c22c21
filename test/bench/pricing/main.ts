/**
 * What pricing a call takes, and loading the built packages (`pnpm bench:pricing`).
 *   --rounds N   rounds in this process (default 40)
 *   --loads N    processes that load the price list (default 7)
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createPricer } from '@genvitals/pricing';
import { toPlainText } from '../result-table.ts';
import { type Spread, spreadOf, toDigits } from '../spread.ts';
import { queries } from './queries.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '40' }, loads: { type: 'string', default: '7' } },
});
const rounds = Number(values.rounds);
const loads = Number(values.loads);
const CALLS_PER_ROUND = 20_000;
const LOOKUPS_PER_ROUND = 50;
const US_PER_MS = 1_000;
const MS_PER_MINUTE = 60_000;

function cells({ median, low, high }: Spread): string {
  return `${toDigits(median)} (${toDigits(low)} to ${toDigits(high)})`;
}

function microsecondsOf(work: () => void, times: number): number {
  const startedAt = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(startedAt);
  return (user + system) / times;
}

function callsRow(name: string, query: (typeof queries)[string]): readonly string[] {
  const { priceOf } = createPricer();
  const known = Array.from({ length: rounds }, () =>
    microsecondsOf(() => {
      for (let call = 0; call < CALLS_PER_ROUND; call++) priceOf(query);
    }, CALLS_PER_ROUND),
  );
  let minute = 0;
  const lookups = Array.from({ length: rounds }, () =>
    microsecondsOf(() => {
      for (let call = 0; call < LOOKUPS_PER_ROUND; call++) {
        // Each in a minute of its own, so that nothing that was kept is of use.
        priceOf({ ...query, atMs: query.atMs + minute++ * MS_PER_MINUTE });
      }
    }, LOOKUPS_PER_ROUND),
  );
  // The first rounds run code that is not compiled yet.
  const settled = Math.floor(rounds / 4);
  return [name, cells(spreadOf(known.slice(settled))), cells(spreadOf(lookups.slice(settled)))];
}

interface Loaded {
  readonly cpuMicroseconds: number;
  readonly bytes: number;
}

function load(specifier: string): Loaded {
  const child = fileURLToPath(new URL('child/main.ts', import.meta.url));
  const args = ['--expose-gc', child, specifier];
  const { stdout, status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Expected ${specifier} to load, and it ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Loaded;
}

function loadRow(specifier: string): readonly string[] {
  const results = Array.from({ length: loads }, () => load(specifier));
  return [
    specifier,
    cells(spreadOf(results.map(({ cpuMicroseconds }) => cpuMicroseconds / US_PER_MS))),
    cells(spreadOf(results.map(({ bytes }) => bytes / 1e6))),
  ];
}

const tables = [
  {
    id: 'pricing-calls',
    title: 'CPU µs a call: median (and middle half)',
    head: ['what', 'prices known', 'looked up'],
    rows: Object.entries(queries).map(([name, query]) => callsRow(name, query)),
  },
  {
    id: 'pricing-load',
    title: 'Loading, once a process',
    head: ['what', 'CPU ms', 'MB of heap'],
    rows: ['@genvitals/pricing', '@genvitals/pricing/user-prices'].map(loadRow),
  },
];
for (const table of tables) process.stdout.write(`\n${toPlainText(table)}`);
