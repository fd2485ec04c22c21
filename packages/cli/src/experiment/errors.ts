import { ExperimentError } from '@genvitals/context/experiments';
import { CliError } from '../errors.ts';

/** What may be wrong with files of experiments is told by the package that reads them. */
export function toCliError(error: unknown): unknown {
  return error instanceof ExperimentError
    ? new CliError('EXPERIMENT_UNUSABLE', error.message, { cause: error })
    : error;
}
