import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname } from 'node:path';

import { cleanEnvironment } from './blank-folder.ts';

export interface AppEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface AppProcess {
  /** The first line on stdout that the pattern finds; rejects if the process ends before. */
  line(pattern: RegExp): Promise<RegExpMatchArray>;
  end(): Promise<AppEnd>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a command in a folder, with the repo's Node first on the path and no variable of the test run in it. */
export function startApp(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): AppProcess {
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  const child: ChildProcess = spawn(command, args, {
    cwd: options.cwd,
    env: { ...cleanEnvironment(), PATH: path, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr?.on('data', (part: Buffer) => (stderr += part.toString()));
  const ended = once(child, 'close').then(([exitCode, signal]): AppEnd => ({
    exitCode,
    signal,
    stdout,
    stderr,
  }));
  return {
    async line(pattern) {
      for (;;) {
        const match = stdout.match(pattern);
        if (match !== null) return match;
        const next = await Promise.race([once(child.stdout!, 'data'), ended]);
        if (!Array.isArray(next)) throw new Error(`The app ended before it said ${pattern}: ${stderr}`);
      }
    },
    end: () => ended,
    kill: (signal) => void child.kill(signal),
  };
}
