import type { ArmDefinition, ExperimentDefinition } from '@genvitals/context/experiments';

const DAY_CHARS = 10;

/** Text of a file for a terminal: on one line, and without what a terminal would obey. */
export function toLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
}

/** As 90/10. */
export function toSplit({ split }: ExperimentDefinition): string {
  return `${split.control}/${split.candidate}`;
}

/** As `runs`, `control since 2026-11-26`. */
export function toState({ stopped }: ExperimentDefinition): string {
  return stopped === undefined ? 'runs' : `${stopped.arm} since ${stopped.at.slice(0, DAY_CHARS)}`;
}

/** As `prompt greeting 4; temperature 0.2`. */
export function toArm({ prompt, parameters }: ArmDefinition): string {
  const settings = Object.entries(parameters).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const parts = [
    ...(prompt === undefined ? [] : [`prompt ${[prompt.name, prompt.version].filter(Boolean).join(' ')}`]),
    ...(settings.length === 0 ? [] : [settings.join(', ')]),
  ];
  return parts.length === 0 ? 'as the app has it' : toLine(parts.join('; '));
}
