import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CommandEnd {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command with this Node in front of any other; throws where it fails. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly timeoutMs?: number;
  },
): Promise<CommandEnd> {
  const { cwd, env, timeoutMs = 60_000 } = options;
  const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH']}`;
  return run(command, args, {
    cwd,
    timeout: timeoutMs,
    env: { PATH, HOME: process.env['HOME'], OPENAI_API_KEY: 'sk-test-0123456789', ...env },
  });
}
