/**
 * What the instrumentation adds to a call (`pnpm bench:calls`).
 *   --runs N     processes for each subject (default 3)
 *   --rounds N   rounds in each process (default 60)
 *   --only TEXT  subjects whose name has it
 *   --built      the built packages in place of their source
 *   --write      puts the tables into docs/performance.md
 */
import { parseArgs } from 'node:util';
import { writePage } from '../performance-page.ts';
import { toPlainText } from '../result-table.ts';
import { reportOf } from './report.ts';
import { runAll } from './runs.ts';
import { subjects } from './subjects.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    built: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const chosen = subjects.filter(({ name }) => name.includes(values.only));
if (values.write && chosen.length < subjects.length)
  throw new Error('--write takes all subjects, not --only some');
const results = await runAll(chosen, {
  runs: Number(values.runs),
  rounds: Number(values.rounds),
  built: values.built,
});
const tables = reportOf(results);
for (const table of tables) process.stdout.write(`\n${toPlainText(table)}`);
if (values.write) writePage('calls', tables);
