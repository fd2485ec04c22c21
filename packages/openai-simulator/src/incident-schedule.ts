import { type Effects, type IncidentName, calm, incidentOf } from './incidents.ts';

/** When an incident begins, counted from the moment it is set, and which calls it strikes. */
export interface IncidentTiming {
  /** Begins after so many inference calls. */
  readonly afterCalls?: number;
  /** Begins after so many milliseconds; with `afterCalls`, when both are over. */
  readonly afterMs?: number;
  /** Strikes only calls whose prompt contains this text: a new prompt version, one variant of an experiment. */
  readonly promptContains?: string;
}

export interface IncidentState {
  readonly name: IncidentName;
  readonly summary: string;
  /** False as long as it is still to come. */
  readonly active: boolean;
  /** The number of the first call it may strike. */
  readonly fromCall: number;
  /** When it may begin, in milliseconds since 1970. */
  readonly fromMs: number;
  readonly promptContains: string | null;
}

export interface IncidentSchedule {
  set(name: IncidentName | undefined, timing: IncidentTiming): void;
  state(): IncidentState | null;
  /** What holds for this call; `promptText` is asked for only where the incident looks at it. */
  effectsFor(callNumber: number, promptText: () => string): Effects;
}

export function createIncidentSchedule(now: () => number, callsSoFar: () => number): IncidentSchedule {
  let current: Omit<IncidentState, 'active'> | undefined;

  const hasBegun = (callNumber: number): boolean =>
    current !== undefined && callNumber >= current.fromCall && now() >= current.fromMs;

  return {
    set(name, timing) {
      current =
        name === undefined
          ? undefined
          : {
              name,
              summary: incidentOf(name).summary,
              fromCall: callsSoFar() + (timing.afterCalls ?? 0) + 1,
              fromMs: now() + (timing.afterMs ?? 0),
              promptContains: timing.promptContains ?? null,
            };
    },
    state: () => (current === undefined ? null : { ...current, active: hasBegun(callsSoFar() + 1) }),
    effectsFor(callNumber, promptText) {
      if (current === undefined || !hasBegun(callNumber)) return calm;
      if (current.promptContains !== null && !promptText().includes(current.promptContains)) return calm;
      return { ...calm, ...incidentOf(current.name).effects };
    },
  };
}
