import type { Writable } from 'node:stream';
import type { OptionTable } from './options.ts';

/** What a command may use of the process that runs it. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Aborted when the process is asked to end; its reason is the signal's name. */
  readonly signal: AbortSignal;
}

export interface Command {
  readonly summary: string;
  /** What stands in the help for the one thing that it works on. */
  readonly argument?: string;
  readonly options: OptionTable<object>;
  /** Gives the exit code; throws a CliError for what people should read. */
  run(args: readonly string[], surroundings: Surroundings): Promise<number>;
}
