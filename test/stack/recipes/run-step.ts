import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

import type { Step } from './recipe.ts';

const SHOWN_LOG_LINES = 15;
/** A build must not slow down what else the machine does. */
const NICENESS = '19';

/** A step of a build failed; the message ends with the end of its log. */
export class StepError extends Error {
  readonly code = 'STACK_STEP_FAILED';

  constructor(step: Step, ending: string, logPath: string) {
    const log = readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-SHOWN_LOG_LINES).join('\n');
    super(
      `${step.says}: \`${step.command}\` ended with ${ending}, its log is ${logPath} and ends so:\n${log}`,
    );
    this.name = 'StepError';
  }
}

/** Runs a command to its end, its output appended to the log. An abort ends it with all its children. */
export async function runStep(step: Step, logPath: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const log = openSync(logPath, 'a');
  try {
    const ending = await new Promise<string | undefined>((resolve, reject) => {
      const child = spawn('nice', ['-n', NICENESS, step.command, ...step.args], {
        cwd: step.cwd,
        env: { ...process.env, ...step.env },
        stdio: ['ignore', log, log],
        // A process group of its own: compilers are children of children.
        detached: true,
      });
      const stop = (): void => void (child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'));
      signal.addEventListener('abort', stop, { once: true });
      child.on('error', reject);
      child.on('close', (code, killedBy) => {
        signal.removeEventListener('abort', stop);
        resolve(code === 0 ? undefined : String(code ?? killedBy));
      });
    });
    signal.throwIfAborted();
    if (ending !== undefined) throw new StepError(step, ending, logPath);
  } finally {
    closeSync(log);
  }
}
