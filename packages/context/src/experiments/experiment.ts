import { resolve } from 'node:path';
import { describeFault } from '../fault.ts';
import type { Assignment, AssignmentReason } from '../assignment.ts';
import { settings } from '../settings.ts';
import { decide } from './decision.ts';
import { expose } from './exposures.ts';
import type { Arm, ArmPrompt } from './keys.ts';
import { WatchedFile } from './watched-file.ts';

/** By which name exposures say who assigned. */
export const PROVIDER_NAME = 'genvitals';

/** An arm for one unit, with what the file says of it; for `withContext({ experiment })`. */
export interface ExperimentAssignment extends Assignment {
  readonly variant: Arm;
  readonly unit: string | undefined;
  readonly reason: AssignmentReason;
  /** Absent where the file names none, is missing or broken. */
  readonly prompt: ArmPrompt | undefined;
  /** Empty where the file names none, is missing or broken; frozen. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface Experiment {
  readonly name: string;
  /** Whether there is a definition now: its file is there and whole. */
  readonly isDefined: boolean;
  /**
   * The arm of a unit, always the same while the file is, and the exposure of it: call it where the arm makes a
   * difference. Never throws; control where there is no unit, or no definition.
   */
  assign(this: void, unit: string | number | null | undefined): ExperimentAssignment;
}

export interface ExperimentOptions {
  /** Of genvitals: that which has `experiments/`; `GENVITALS_DIRECTORY`, or `genvitals` below the working directory. */
  readonly directory?: string;
}

const NO_PARAMETERS: Readonly<Record<string, unknown>> = Object.freeze({});
const known = new Map<string, Experiment>();

function unitOf(unit: unknown): string | undefined {
  if (typeof unit === 'string') return unit === '' ? undefined : unit;
  if (typeof unit === 'bigint') return String(unit);
  return typeof unit === 'number' && Number.isFinite(unit) ? String(unit) : undefined;
}

function createExperiment(name: string, directory: string): Experiment {
  const warn = (key: string, sentence: string): void =>
    settings().diagnostics.warnOnce(`experiment ${name} ${key}`, `experiment ${name}: ${sentence}`);
  const file = new WatchedFile({
    directory,
    name,
    onProblem: (error) => warn(error.message, `everybody gets control. ${error.message}`),
  });

  function assign(unit: unknown): ExperimentAssignment {
    const of = unitOf(unit);
    const definition = file.current();
    if (of === undefined && definition !== undefined)
      warn(
        'unit',
        `assign() wants the id of a ${definition.unit}, got ${unit === '' ? 'an empty text' : typeof unit}; control is used, and such calls are not counted as the experiment's.`,
      );
    const { variant, reason } = decide(definition, of);
    if (of !== undefined && definition !== undefined) {
      try {
        expose({ name, variant, reason, provider: PROVIDER_NAME, unit: of });
      } catch (error) {
        warn('exposure', `an exposure could not be told: ${describeFault(error)}`);
      }
    }
    const arm = definition?.arms[variant];
    const parameters = arm?.parameters ?? NO_PARAMETERS;
    return { name, variant, unit: of, reason, prompt: arm?.prompt, parameters };
  }

  // A file that is missing or broken is told when the app starts, not when its first visitor comes.
  file.current();
  return {
    name,
    get isDefined() {
      return file.current() !== undefined;
    },
    assign,
  };
}

/**
 * The experiment of a name, whose file is read now and again when it is changed: `genvitals experiment stop` needs
 * no deploy. A missing or broken file means control, and is told once. Throws an `ExperimentError` for what can be
 * no name.
 */
export function getExperiment(name: string, options: ExperimentOptions = {}): Experiment {
  const directory = resolve(options.directory ?? settings().options.directory);
  const key = `${directory}\0${name}`;
  let experiment = known.get(key);
  if (experiment === undefined) {
    experiment = createExperiment(name, directory);
    known.set(key, experiment);
  }
  return experiment;
}
