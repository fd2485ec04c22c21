/** What may be wrong with an experiment, and what to do. */
export const experimentErrors = {
  EXPERIMENT_NAME_INVALID: {
    sentence: 'The name cannot be that of an experiment.',
    remedy: 'give it such a name, in the code and as the name of its file',
  },
  EXPERIMENT_UNKNOWN: {
    sentence: 'There is no file of that experiment.',
    remedy: 'correct the name, or say where the files are: GENVITALS_DIRECTORY, or --dir',
  },
  EXPERIMENT_UNREADABLE: {
    sentence: 'The file cannot be read.',
    remedy: 'check who may read it',
  },
  EXPERIMENT_NOT_YAML: {
    sentence: 'The file is no YAML.',
    remedy: 'correct that line, or see the example in docs/experiments.md',
  },
  EXPERIMENT_INVALID: {
    sentence: 'The file has a place that is not what is wanted there.',
    remedy: 'correct that line; docs/experiments.md has every key',
  },
  EXPERIMENT_THIRD_ARM: {
    sentence: 'The file has another arm beside control and candidate.',
    remedy: 'make one file for each pair of arms to compare: experiments run beside each other',
  },
  EXPERIMENT_UNWRITABLE: {
    sentence: 'The file cannot be written.',
    remedy: 'check who may write there; nothing was changed',
  },
} as const;

export type ExperimentErrorCode = keyof typeof experimentErrors;

/** An experiment that cannot be used. */
export class ExperimentError extends Error {
  readonly code: ExperimentErrorCode;
  readonly wanted: string;
  readonly came: string;

  /** @param at the file, with line and key where they are known */
  constructor(code: ExperimentErrorCode, at: string, wanted: string, came: string, options?: ErrorOptions) {
    super(`${code}: ${at}: wanted ${wanted}, got ${came}; ${experimentErrors[code].remedy}`, options);
    this.name = 'ExperimentError';
    this.code = code;
    this.wanted = wanted;
    this.came = came;
  }
}
