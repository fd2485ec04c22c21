import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nearestName } from '@genvitals/conventions';
import { ExperimentError } from './errors.ts';

const FOLDER = 'experiments';
const EXTENSION = '.yaml';
/** Small letters alone: some file systems take capitals for the same. */
const NAME = /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/;
const SHOWN_CHARS = 80;

export function isExperimentName(name: unknown): boolean {
  return typeof name === 'string' && NAME.test(name);
}

/**
 * The path of an experiment's file, there or not. Throws an `ExperimentError` for what can be no name.
 * @param directory of genvitals: that which has `experiments/`
 */
export function experimentPath(directory: string, name: string): string {
  if (!isExperimentName(name))
    throw new ExperimentError(
      'EXPERIMENT_NAME_INVALID',
      'the name of an experiment',
      'small letters, digits, - and _ inside, at most 64 of them',
      typeof name === 'string' ? JSON.stringify(name.slice(0, SHOWN_CHARS)) : typeof name,
    );
  return join(directory, FOLDER, `${name}${EXTENSION}`);
}

/** The names of all experiments that have a file; none where there is no directory. */
export function experimentNames(directory: string): readonly string[] {
  const folder = join(directory, FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length))
    .filter(isExperimentName)
    .toSorted();
}

/** What is told of an experiment without a file, with the one that was probably meant. */
export function unknownExperiment(directory: string, name: string): ExperimentError {
  const names = experimentNames(directory);
  const nearest = nearestName(name, names);
  const wanted =
    names.length === 0 ? 'the name of an experiment, of which there is none' : `one of ${names.join(', ')}`;
  const isOtherwiseNamed = existsSync(join(directory, FOLDER, `${name}.yml`));
  const hint = isOtherwiseNamed ? `rename ${name}.yml to ${name}${EXTENSION}` : `did you mean ${nearest}?`;
  const came = isOtherwiseNamed || nearest !== undefined ? `${name} (${hint})` : name;
  return new ExperimentError('EXPERIMENT_UNKNOWN', join(directory, FOLDER), wanted, came);
}
