import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { findNode, type NodeLine } from './node-lines.ts';
import type { ChildPlan, ChildReport, ModuleSystem } from './run-plan.ts';

const CHILDREN = new URL('./child/', import.meta.url);
const REGISTER = '@genvitals/instrumentation-openai/register';
const CHILD_LIMIT_MS = 240_000;
const KEPT_ENVIRONMENT = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot'];

const entries: Readonly<Record<ModuleSystem, { readonly file: string; readonly preload: string }>> = {
  cjs: { file: 'main.cjs', preload: '--require' },
  esm: { file: 'main.mjs', preload: '--import' },
};

export interface ChildRun extends ChildReport {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one app process with or without the flag, and gives back its report. */
export async function runChild(
  line: NodeLine,
  wanted: Omit<ChildPlan, 'reportPath' | 'callLogPath'>,
): Promise<ChildRun> {
  const directory = mkdtempSync(join(tmpdir(), 'genvitals-versions-'));
  const reportPath = join(directory, 'report.json');
  const callLogPath = join(directory, 'calls.jsonl');
  const plan: ChildPlan = { ...wanted, reportPath, callLogPath };
  const { file, preload } = entries[plan.system];
  const args = [
    ...line.flags,
    '--expose-gc',
    '--conditions=@genvitals/source',
    ...(plan.isPatched ? [preload, REGISTER] : []),
    fileURLToPath(new URL(file, CHILDREN)),
  ];
  const env: NodeJS.ProcessEnv = { CONFORMANCE_PLAN: JSON.stringify(plan) };
  for (const name of KEPT_ENVIRONMENT) if (process.env[name] !== undefined) env[name] = process.env[name];
  if (plan.surroundings === 'usage-injected') env['GENVITALS_INJECT_STREAM_USAGE'] = '1';
  // The server plays OpenAI's.
  env['GENVITALS_PROVIDERS'] = '127.0.0.1=openai';
  if (plan.surroundings === 'call-log') env['GENVITALS_CALL_LOG'] = callLogPath;
  const command = await findNode(line);
  try {
    const ended = await new Promise<Omit<ChildRun, keyof ChildReport>>((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: fileURLToPath(CHILDREN),
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: CHILD_LIMIT_MS,
      });
      const output = { stdout: '', stderr: '' };
      child.stdout.on('data', (part: Buffer) => (output.stdout += part.toString()));
      child.stderr.on('data', (part: Buffer) => (output.stderr += part.toString()));
      child.on('error', reject);
      child.on('close', (exitCode, signal) => resolve({ exitCode, signal, ...output }));
    });
    if (ended.exitCode !== 0) {
      throw new Error(
        `The app process (openai ${plan.version}, ${plan.system}, Node ${line.version}, ` +
          `${plan.isPatched ? 'patched' : 'unpatched'}) ended with ${ended.exitCode ?? ended.signal}:\n${ended.stderr.slice(-3000)}`,
      );
    }
    return { ...ended, ...(JSON.parse(readFileSync(reportPath, 'utf8')) as ChildReport) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
