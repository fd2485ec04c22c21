import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPeer } from '../peers.ts';
import type { ChildPlan, ChildResult } from './child/main.ts';
import { CALL_LOG, type Subject } from './subjects.ts';

const CHILD = fileURLToPath(new URL('./child/main.ts', import.meta.url));
const WORKSPACE = fileURLToPath(new URL('../../', import.meta.url));

export interface RunOptions {
  readonly runs: number;
  readonly rounds: number;
  /** The packages as they are published, and not from source. */
  readonly built: boolean;
}

const BATCH_MS = 8;
const WARM_UP_MS = 700;

/** One process for one subject. Nothing of the caller's environment steers an SDK in it. */
async function runChild(subject: Subject, { rounds, built }: RunOptions): Promise<ChildResult> {
  const { folder } = subject;
  const plan: ChildPlan = {
    subject,
    folder: folder === undefined ? WORKSPACE : installPeer(folder),
    openai: folder === undefined ? 'openai-6-49' : 'openai',
    rounds,
    batchMs: BATCH_MS,
    warmUpMs: WARM_UP_MS,
  };
  const conditions = built ? [] : ['--conditions=@genvitals/source'];
  const scratch = mkdtempSync(join(tmpdir(), 'genvitals-bench-'));
  const env = Object.fromEntries(
    Object.entries(subject.env ?? {}).map(([name, value]) => [
      name,
      value === CALL_LOG ? join(scratch, 'calls.log') : value,
    ]),
  );
  try {
    const child = spawn(process.execPath, [...conditions, '--expose-gc', CHILD, JSON.stringify(plan)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], ...env },
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`${subject.name} ended with exit code ${String(code)}`);
    return JSON.parse(text) as ChildResult;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Every subject in several processes, in turn, so that a slow hour of the machine is everybody's. */
export async function runAll(
  subjects: readonly Subject[],
  options: RunOptions,
): Promise<ReadonlyMap<Subject, readonly ChildResult[]>> {
  const results = new Map<Subject, ChildResult[]>(subjects.map((subject) => [subject, []]));
  for (let run = 1; run <= options.runs; run++) {
    for (const [subject, found] of results) {
      process.stderr.write(`bench: run ${run} of ${options.runs}: ${subject.name}, ${subject.sdk}\n`);
      found.push(await runChild(subject, options));
    }
  }
  return results;
}
