/**
 * What pricing and rate limits take of a call (`pnpm bench:parts`): the same client with each of them on and off,
 * in turn in one process.
 *   --runs N     processes (default 5)
 *   --rounds N   rounds in each process (default 300)
 *   --write      puts the table into docs/performance.md
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { writePage } from '../performance-page.ts';
import { type ResultTable, toPlainText } from '../result-table.ts';
import { spreadOf, toDigits } from '../spread.ts';
import type { AddedUs } from './child.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const run = promisify(execFile);

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '300' },
    write: { type: 'boolean', default: false },
  },
});

const found: AddedUs[] = [];
for (let turn = 0; turn < Number(values.runs); turn++) {
  const { stdout } = await run(process.execPath, ['--conditions=@genvitals/source', CHILD, values.rounds], {
    env: { PATH: process.env['PATH'] },
  });
  found.push(JSON.parse(stdout) as AddedUs);
}

function cell(pick: (added: AddedUs) => number): string {
  const figures = found.map(pick);
  const [least, most] = [Math.min(...figures), Math.max(...figures)].map(toDigits);
  return `${toDigits(spreadOf(figures).median)} (${least} to ${most})`;
}

const table: ResultTable = {
  id: 'parts-calls',
  title: 'CPU of a call under the flag, in µs (middle run, least and most)',
  head: ['what', 'above the unpatched client', 'above neither'],
  rows: [
    ...(['neither', 'prices', 'rate limits', 'both'] as const).map((setting) => [
      setting,
      cell((added) => added[setting]),
      setting === 'neither' ? '' : cell((added) => added[setting] - added.neither),
    ]),
    ['the attributes of both, by the SDK alone', '', cell(({ attributes }) => attributes)],
    ['both, beyond those', '', cell((added) => added.both - added.neither - added.attributes)],
  ],
};
process.stdout.write(`\n${toPlainText(table)}`);
if (values.write) writePage('parts', [table]);
