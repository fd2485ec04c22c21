import type { Described } from './describe.ts';
import type { SeenRequest } from './server/scripted-server.ts';
import type { Surroundings } from './settings.ts';
import type { SeenTelemetry } from './child/telemetry.ts';

export type ModuleSystem = 'cjs' | 'esm';

/** What the parent tells a child process. */
export interface ChildPlan {
  readonly version: string;
  readonly system: ModuleSystem;
  readonly isPatched: boolean;
  readonly surroundings: Surroundings;
  /** Names of the scenarios to run. */
  readonly scenarios: readonly string[];
  /** File the child writes its report to. */
  readonly reportPath: string;
  /** File of the call lines, where there is to be one. */
  readonly callLogPath: string;
}

/** What an app could have seen of one scenario. Patched and unpatched must be equal in all of it. */
export interface SeenByApp {
  readonly result: Described;
  readonly log: readonly Described[];
  readonly tracked: Readonly<Record<string, readonly [Described, Described]>>;
  /** unhandledRejection, rejectionHandled, uncaughtException and warning events, in order. */
  readonly processEvents: readonly Described[];
  readonly requests: readonly SeenRequest[];
}

export interface ScenarioResult {
  readonly name: string;
  readonly seen: SeenByApp;
  readonly telemetry: SeenTelemetry;
  readonly probes: Readonly<Record<string, string>>;
  /** Lines of the call log. */
  readonly lines: readonly string[];
  readonly durationMs: number;
}

export interface ChildReport {
  readonly results: readonly ScenarioResult[];
  /** Listener counts of the process, before the first scenario. */
  readonly listeners: Readonly<Record<string, number>>;
}
