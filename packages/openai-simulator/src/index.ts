export type { CallCounts, SimulatorCounts, TokenCounts } from './counts.ts';
export type { SimulatorState } from './controls.ts';
export { type FaultName, faultNames, faults, isFaultName } from './faults.ts';
export type { IncidentState, IncidentTiming } from './incident-schedule.ts';
export { type IncidentName, incidentNames, incidents, isIncidentName } from './incidents.ts';
export { SimulatorOptionError, type SimulatorOptions } from './settings.ts';
export { type Simulator, createSimulator } from './simulator.ts';
