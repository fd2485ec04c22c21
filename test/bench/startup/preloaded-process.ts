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
}

/** What a process is under a preload without being asked. */
export function programs(app: string): readonly Program[] {
  return [
    { name: 'empty script', by: 'flag', command: process.execPath, args: [join(app, 'empty.cjs')] },
    { name: 'npm --version', by: 'NODE_OPTIONS', command: 'npm', args: ['--version'] },
  ];
}

/** From the process's start to its end, in ms. */
export async function timeProcess(
  program: Program,
  { subject, preload }: Installed,
  { env }: Backends,
): Promise<number> {
  const isFlag = program.by === 'flag';
  const flags = preload === undefined || !isFlag ? [] : ['--require', preload];
  const options =
    preload === undefined || isFlag ? {} : { NODE_OPTIONS: `--require ${JSON.stringify(preload)}` };
  const beganAt = performance.now();
  const child = spawn(program.command, [...flags, ...program.args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...env, ...options, PATH: [dirname(process.execPath), env['PATH']].join(delimiter) },
  });
  let stderr = '';
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  const tookMs = performance.now() - beganAt;
  if (code !== 0)
    throw new Error(`${program.name} with ${subject.name} ended with ${String(code)}: ${stderr}`);
  return tookMs;
}
