import type { EvaluationContext, EvaluationDetails, FlagValue } from '@openfeature/server-sdk';
import type { Assignment } from '../assignment.ts';

/** What OpenFeature's `get…Details()` gives, as far as it is read. */
export type EvaluatedFlag = Pick<EvaluationDetails<FlagValue>, 'flagKey' | 'variant' | 'reason'>;

/** What the flag was evaluated with, as far as it is read. */
export type AssignedContext = Pick<EvaluationContext, 'targetingKey'>;

/** With these a flag did not look at who asks. Providers have words of their own for all else. */
const SAME_FOR_ALL: ReadonlySet<string> = new Set(['STATIC', 'DEFAULT', 'DISABLED', 'ERROR']);

/**
 * A flag of any OpenFeature provider as an experiment, for `withContext({ experiment })`: the flag is the experiment,
 * the variant the arm, the targeting key the unit, which leaves the process only as a keyed hash.
 * @returns undefined where the flag has no variant, nobody is named, or everybody gets the same
 */
export function assignmentOf(
  { flagKey, variant, reason }: EvaluatedFlag,
  { targetingKey }: AssignedContext,
): Assignment | undefined {
  if (variant === undefined || targetingKey === undefined || targetingKey === '') return undefined;
  if (reason !== undefined && SAME_FOR_ALL.has(reason)) return undefined;
  return { name: flagKey, variant, unit: targetingKey };
}
