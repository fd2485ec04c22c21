/**
 * What a preload costs at start-up, and what its install brings (`pnpm bench:startup`).
 *   --runs N       processes for each subject and figure (default 25; twice as many of what is over soon)
 *   --only TEXT    subjects whose name has it; the bare process is always there
 *   --tables LIST  of install, preload, server (default all)
 *   --write        puts the tables into docs/performance.md
 */
import { parseArgs } from 'node:util';
import { writePage } from '../performance-page.ts';
import { type ResultTable, toPlainText } from '../result-table.ts';
import { createBackends } from './backends.ts';
import { installAll, installApp, type Installed } from './installs.ts';
import { type ProcessTimes, type Program, programs, timeProcess } from './preloaded-process.ts';
import { installTable, preloadTable, serverTable } from './report.ts';
import { checkServer, timeServer } from './server-process.ts';
import { bare, subjects } from './subjects.ts';
import { inTurns, type Turns } from './turns.ts';

/** When the first request comes: as soon as the app listens, or once a load balancer has found it. */
const FIRST_REQUESTS = [
  { id: 'startup-server', when: 'as soon as it listens', waitMs: 0 },
  { id: 'startup-server-later', when: 'a second after it listens', waitMs: 1000 },
] as const;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '25' },
    only: { type: 'string', default: '' },
    tables: { type: 'string', default: 'install,preload,server' },
    write: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const chosen = subjects.filter((subject) => subject === bare || subject.name.includes(values.only));
const parts = values.tables.split(',');
if (values.write && (values.only !== '' || parts.length < 3))
  throw new Error('--write takes all subjects and tables, not some of them');

const installed = await installAll(chosen);
const app = installApp();
const backends = await createBackends();
const tables: ResultTable[] = [];
if (parts.includes('install')) tables.push(installTable(installed));

if (parts.includes('preload')) {
  const times = new Map<Program, Turns<Installed, ProcessTimes>>();
  for (const program of programs(app)) {
    process.stderr.write(`bench: ${2 * runs} turns of ${program.name}\n`);
    times.set(program, await inTurns(installed, 2 * runs, (one) => timeProcess(program, one, backends)));
  }
  tables.push(preloadTable(installed, times));
}

if (parts.includes('server')) {
  const whole = installed.filter(({ subject }) => subject.isWhole === true);
  for (const one of whole) await checkServer(app, one, backends);
  for (const { id, when, waitMs } of FIRST_REQUESTS) {
    process.stderr.write(`bench: ${runs} turns of the server, first request ${when}\n`);
    const times = await inTurns(whole, runs, (one) => timeServer(app, waitMs, one, backends));
    tables.push(serverTable(id, when, times));
  }
}

await backends.close();
for (const table of tables) process.stdout.write(`\n${toPlainText(table)}`);
if (values.write) writePage('startup', tables);
