import { statSync } from 'node:fs';
import type { ExperimentDefinition } from './definition.ts';
import { experimentPath } from './directory.ts';
import { ExperimentError } from './errors.ts';
import { readExperiment } from './file.ts';

/** How long a change of a file may go unnoticed. */
const CHECK_EVERY_MS = 2_000;
const MISSING = 'missing';

export interface WatchedFileOptions {
  readonly directory: string;
  readonly name: string;
  /** Hears why there is no definition, once for each reason in a row. */
  readonly onProblem: (error: ExperimentError) => void;
  /** Of a clock that is never set. */
  readonly nowMs?: () => number;
}

/**
 * The definition in a file, as it is now: looked at when it is asked for, at most every two seconds, and read again
 * where it was changed. Without timer or watcher, so an app that was frozen, or had no visitors, is never behind.
 */
export class WatchedFile {
  readonly #options: WatchedFileOptions;
  readonly #nowMs: () => number;
  readonly #path: string;
  #checkedAtMs = -Infinity;
  #stamp: string | undefined;
  #definition: ExperimentDefinition | undefined;

  /** Throws an `ExperimentError` for what can be no name. */
  constructor(options: WatchedFileOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#path = experimentPath(options.directory, options.name);
  }

  /** Undefined while the file is missing or broken. */
  current(): ExperimentDefinition | undefined {
    const nowMs = this.#nowMs();
    if (nowMs - this.#checkedAtMs >= CHECK_EVERY_MS) {
      this.#checkedAtMs = nowMs;
      const stamp = this.#stampNow();
      // Before it is read: what is changed in between is read again next time.
      if (stamp !== this.#stamp) {
        this.#stamp = stamp;
        this.#read();
      }
    }
    return this.#definition;
  }

  #stampNow(): string {
    try {
      const stats = statSync(this.#path, { throwIfNoEntry: false });
      return stats === undefined ? MISSING : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
    } catch (error) {
      return String(error);
    }
  }

  #read(): void {
    const { directory, name, onProblem } = this.#options;
    try {
      this.#definition = readExperiment(directory, name);
    } catch (error) {
      this.#definition = undefined;
      onProblem(
        error instanceof ExperimentError
          ? error
          : new ExperimentError('EXPERIMENT_UNREADABLE', this.#path, 'a file', String(error)),
      );
    }
  }
}
