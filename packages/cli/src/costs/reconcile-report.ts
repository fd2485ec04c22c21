import type { Reason } from './difference-reasons.ts';
import type { ReconciledLine, Reconciliation } from './reconciliation.ts';

/** A line, and what explains it where it differs. */
export interface ExplainedLine extends ReconciledLine {
  readonly reasons: readonly Reason[];
}

/** What there is to tell. */
export interface ReconcileFindings extends Omit<Reconciliation, 'lines'> {
  readonly lines: readonly ExplainedLine[];
  readonly from: string;
  readonly to: string;
  readonly source: string;
  readonly project: string | undefined;
  readonly tolerancePercent: number;
  readonly notes: readonly string[];
}

/** The document of `--json`; null where a side has nothing. */
export function toReconcileReport(found: ReconcileFindings) {
  const { from, to, source, project, tolerancePercent, notes, total, days, projects, lines } = found;
  return {
    from,
    to,
    source,
    project: project ?? null,
    tolerancePercent,
    notes,
    total,
    days,
    projects,
    lines: lines.map(({ counted, requests, tokens, lineItems, ...line }) => ({
      ...line,
      counted: counted === undefined ? null : { ...counted, toolUsd: undefined },
      billed: {
        requests: requests ?? null,
        tokens: tokens ?? null,
        lineItems: lineItems.map(({ name, project: of, usd, quantity, unit }) => ({
          name,
          project: of,
          usd,
          quantity: quantity ?? null,
          unit: unit ?? null,
        })),
      },
    })),
  };
}
