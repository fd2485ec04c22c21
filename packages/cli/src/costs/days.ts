export const MS_PER_DAY = 86_400_000;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The UTC day of a moment, as 2026-11-26. */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** A day as it is written, or undefined where there is no such day. */
export function parseDay(text: string): string | undefined {
  const atMs = DAY.test(text) ? Date.parse(text) : NaN;
  return Number.isFinite(atMs) && dayOf(atMs) === text ? text : undefined;
}

/** Whole UTC days, the first and the last included. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

export function startOf(day: string): number {
  return Date.parse(day);
}

export function endOf(day: string): number {
  return startOf(day) + MS_PER_DAY;
}

/** The days of a range, in order. */
export function daysOf({ from, to }: DayRange): readonly string[] {
  const count = Math.round((endOf(to) - startOf(from)) / MS_PER_DAY);
  return Array.from({ length: count }, (_, index) => dayOf(startOf(from) + index * MS_PER_DAY));
}
