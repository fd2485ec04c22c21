import { readFileSync } from 'node:fs';
import { type ExperimentDefinition, parseExperiment } from './definition.ts';
import { experimentPath, unknownExperiment } from './directory.ts';
import { ExperimentError } from './errors.ts';

/** The text of an experiment's file. Throws an `ExperimentError`, `EXPERIMENT_UNKNOWN` where there is none. */
export function readExperimentText(directory: string, name: string): string {
  const path = experimentPath(directory, name);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const came = (error as NodeJS.ErrnoException).code ?? String(error);
    if (came === 'ENOENT' || came === 'ENOTDIR') throw unknownExperiment(directory, name);
    throw new ExperimentError('EXPERIMENT_UNREADABLE', path, 'a file', came, { cause: error });
  }
}

/**
 * Reads an experiment. Throws an `ExperimentError`. Not for the hot path.
 * @param directory of genvitals: that which has `experiments/`
 */
export function readExperiment(directory: string, name: string): ExperimentDefinition {
  return parseExperiment(readExperimentText(directory, name), name, experimentPath(directory, name));
}
