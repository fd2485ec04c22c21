export { type AssignedContext, assignmentOf, type EvaluatedFlag } from './open-feature/assignment-of.ts';
export { openFeatureHook } from './open-feature/hook.ts';
export { experimentProvider } from './open-feature/provider.ts';
