import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, delimiter, join } from 'node:path';
import type { Backends } from './backends.ts';
import type { Installed } from './installs.ts';

/** A program that never loads openai. */
export interface Program {
  readonly name: string;
  /** How the preload reaches it. */
  readonly by: 'flag' | 'NODE_OPTIONS';
  readonly command: string;
  readonly args: readonly string[];
  /** It writes the CPU time that it took, in µs, on stdout. */
  readonly tellsCpu?: true;
}

export interface ProcessTimes {
  /** From the process's start to its end. */
  readonly tookMs: number;
  /** What other processes do at the time shows least in this; NaN where the program does not tell. */
  readonly cpuMs: number;
}

const US_A_MS = 1000;

/** What a process is under a preload without being asked. */
export function programs(app: string): readonly Program[] {
  return [
    {
      name: 'empty script',
      by: 'flag',
      command: process.execPath,
      args: [join(app, 'empty.cjs')],
      tellsCpu: true,
    },
    { name: 'npm --version', by: 'NODE_OPTIONS', command: 'npm', args: ['--version'] },
  ];
}

/** One process of a program. */
export async function timeProcess(
  program: Program,
  { subject, preload }: Installed,
  { env }: Backends,
): Promise<ProcessTimes> {
  const isFlag = program.by === 'flag';
  const flags = preload === undefined || !isFlag ? [] : ['--require', preload];
  const options =
    preload === undefined || isFlag ? {} : { NODE_OPTIONS: `--require ${JSON.stringify(preload)}` };
  const beganAt = performance.now();
  const child = spawn(program.command, [...flags, ...program.args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, ...options, PATH: [dirname(process.execPath), env['PATH']].join(delimiter) },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  let tookMs = Number.NaN;
  child.once('exit', () => (tookMs = performance.now() - beganAt));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0)
    throw new Error(`${program.name} with ${subject.name} ended with ${String(code)}: ${stderr}`);
  return { tookMs, cpuMs: program.tellsCpu === true ? Number(stdout) / US_A_MS : Number.NaN };
}
