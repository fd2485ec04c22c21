import type { ErrorCode, JsonValue, Provider, ResolutionDetails } from '@openfeature/server-sdk';
import {
  type Experiment,
  type ExperimentAssignment,
  type ExperimentOptions,
  getExperiment,
  PROVIDER_NAME,
} from '../experiments/experiment.ts';
import { ExperimentError } from '../experiments/errors.ts';

/** The SDK's codes are an enum, which is not loaded for its texts. */
const FLAG_NOT_FOUND = 'FLAG_NOT_FOUND' as ErrorCode;
const TARGETING_KEY_MISSING = 'TARGETING_KEY_MISSING' as ErrorCode;
const TYPE_MISMATCH = 'TYPE_MISMATCH' as ErrorCode;

/**
 * The experiments of `genvitals/experiments/` as flags of OpenFeature: a boolean flag is whether it is the candidate,
 * a text the name of the arm, an object the arm's parameters. The arm's prompt is in `flagMetadata`. A flag without
 * a file or a targeting key gives the default of the code that asks, as OpenFeature wants it.
 */
export function experimentProvider(options: ExperimentOptions = {}): Provider {
  function find(flagKey: string): Experiment | undefined {
    try {
      const experiment = getExperiment(flagKey, options);
      return experiment.isDefined ? experiment : undefined;
    } catch (error) {
      if (error instanceof ExperimentError) return undefined;
      throw error;
    }
  }

  function resolve<Value>(
    flagKey: string,
    defaultValue: Value,
    unit: string | undefined,
    valueOf: (assignment: ExperimentAssignment) => Value,
  ): Promise<ResolutionDetails<Value>> {
    const fail = (errorCode: ErrorCode, errorMessage: string): Promise<ResolutionDetails<Value>> =>
      Promise.resolve({ value: defaultValue, reason: 'ERROR', errorCode, errorMessage });
    const experiment = find(flagKey);
    if (experiment === undefined) return fail(FLAG_NOT_FOUND, `no experiment ${flagKey} has a file`);
    if (unit === undefined || unit === '')
      return fail(TARGETING_KEY_MISSING, `experiment ${flagKey} wants a targetingKey: the id of the unit`);
    const assignment = experiment.assign(unit);
    const { variant, reason, prompt } = assignment;
    return Promise.resolve({
      value: valueOf(assignment),
      variant,
      reason: reason.toUpperCase(),
      flagMetadata: {
        ...(prompt !== undefined && { promptName: prompt.name }),
        ...(prompt?.version !== undefined && { promptVersion: prompt.version }),
      },
    });
  }

  return {
    metadata: { name: PROVIDER_NAME },
    runsOn: 'server',
    resolveBooleanEvaluation: (flagKey, defaultValue, { targetingKey }) =>
      resolve(flagKey, defaultValue, targetingKey, ({ variant }) => variant === 'candidate'),
    resolveStringEvaluation: (flagKey, defaultValue, { targetingKey }) =>
      resolve<string>(flagKey, defaultValue, targetingKey, ({ variant }) => variant),
    resolveNumberEvaluation: (flagKey, defaultValue) =>
      Promise.resolve({
        value: defaultValue,
        reason: 'ERROR',
        errorCode: TYPE_MISMATCH,
        errorMessage: `experiment ${flagKey} is a boolean, a text or an object, and no number`,
      }),
    resolveObjectEvaluation: <Value extends JsonValue>(
      flagKey: string,
      defaultValue: Value,
      { targetingKey }: { readonly targetingKey?: string },
    ) => resolve(flagKey, defaultValue, targetingKey, ({ parameters }) => parameters as unknown as Value),
  };
}
