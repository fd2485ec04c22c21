import type { NamesMode } from '../attributes/attribute-row.ts';
import { businessMetrics } from './business.ts';
import { clientMetrics } from './client.ts';
import { judgeMetrics } from './judge.ts';
import type { MetricRow } from './metric-row.ts';
import { standardMetrics } from './standard.ts';

/** Every metric that genvitals may write, by the name it has in code. */
export const metrics = {
  ...standardMetrics,
  ...clientMetrics,
  ...judgeMetrics,
  ...businessMetrics,
};

/** A metric's name in code. */
export type MetricName = keyof typeof metrics;

/** The labels that one metric may carry. */
export type LabelsOf<Name extends MetricName> = (typeof metrics)[Name]['labels'][number];

/**
 * Whether a names mode writes a metric for a call.
 * @param isInference chat and text completion; the latest names give them metrics of their own.
 */
export function isMetricWritten(name: MetricName, mode: NamesMode, isInference: boolean): boolean {
  const row: MetricRow = metrics[name];
  const sets = isInference ? row.modes : (row.otherModes ?? row.modes);
  if (sets === undefined) return true;
  return mode === 'dup' ? sets.length > 0 : sets.includes(mode);
}
