import type { IncidentName } from '@genvitals/openai-simulator';

const LOOK_EVERY_MS = 20;

export interface IncidentTrigger {
  /** Unix milliseconds; undefined as long as it has not begun. */
  beganAtMs(): number | undefined;
  close(): void;
}

export interface IncidentTriggerOptions {
  readonly name: IncidentName;
  readonly begunCalls: () => number;
  /** The incident begins with the call after so many: what changes needs a before. */
  readonly afterCalls: number;
  readonly begin: (name: IncidentName) => void;
}

/** Begins an incident when enough calls have gone well, and notes the time. */
export function createIncidentTrigger(options: IncidentTriggerOptions): IncidentTrigger {
  let beganAtMs: number | undefined;
  const timer = setInterval(() => {
    if (options.begunCalls() < options.afterCalls) return;
    clearInterval(timer);
    beganAtMs = Date.now();
    options.begin(options.name);
  }, LOOK_EVERY_MS);
  return { beganAtMs: () => beganAtMs, close: () => clearInterval(timer) };
}
