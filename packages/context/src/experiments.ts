export type { AssignmentReason } from './assignment.ts';
export { type Decision, decide } from './experiments/decision.ts';
export { type ExperimentDefinition, parseExperiment } from './experiments/definition.ts';
export { experimentNames, experimentPath } from './experiments/directory.ts';
export { ExperimentError, type ExperimentErrorCode, experimentErrors } from './experiments/errors.ts';
export {
  type Experiment,
  type ExperimentAssignment,
  type ExperimentOptions,
  getExperiment,
} from './experiments/experiment.ts';
export { readExperiment } from './experiments/file.ts';
export {
  type Arm,
  type ArmDefinition,
  type ArmPrompt,
  ARMS,
  type ExperimentKeys,
  experimentKeys,
  type MinEffect,
  type Split,
  type Stop,
} from './experiments/keys.ts';
export type { KeyRow, KeyTable } from './experiments/place.ts';
export { stopExperiment, type StopOptions, type Stopped } from './experiments/stop.ts';
export { unitPosition } from './experiments/unit-position.ts';
