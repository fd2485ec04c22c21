import type { AssignmentReason } from '../assignment.ts';
import type { ExperimentDefinition } from './definition.ts';
import type { Arm } from './keys.ts';
import { unitPosition } from './unit-position.ts';

/** Which arm, and why that one, in the words of the conventions on feature flags. */
export interface Decision {
  readonly variant: Arm;
  readonly reason: AssignmentReason;
}

const DEFAULT: Decision = { variant: 'control', reason: 'default' };

/**
 * The one place that says which arm a unit is in: by its position (`split`); everybody's (`static`) once the
 * experiment was stopped; control (`default`) where there is no definition or no unit.
 */
export function decide(definition: ExperimentDefinition | undefined, unit: string | undefined): Decision {
  if (definition === undefined) return DEFAULT;
  const { name, salt, split, stopped } = definition;
  if (stopped !== undefined) return { variant: stopped.arm, reason: 'static' };
  if (unit === undefined) return DEFAULT;
  const isCandidate = unitPosition(name, salt, unit) < split.candidate / 100;
  return { variant: isCandidate ? 'candidate' : 'control', reason: 'split' };
}
