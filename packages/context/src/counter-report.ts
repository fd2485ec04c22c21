import type { Meter } from '@opentelemetry/api';
import type { MetricRow } from '@genvitals/conventions';
import type { Cell, LabelSets } from './label-sets.ts';

/**
 * Reports the running totals of a counter; of one that another provider has reported, what comes from here on.
 * @returns what is called when yet another provider takes over: the totals stay as they are then
 */
export function reportCounter(
  meter: Meter,
  { name, unit, brief }: MetricRow,
  counter: LabelSets<number>,
  takesOver: boolean,
): () => void {
  const totals = (): Map<Cell<number>, number> =>
    new Map([...counter.cells].map((cell) => [cell, cell.value]));
  const before = takesOver ? totals() : undefined;
  let last: ReadonlyMap<Cell<number>, number> | undefined;
  meter.createObservableCounter(name, { unit, description: brief }).addCallback((result) => {
    for (const [cell, total] of last ?? totals())
      result.observe(total - (before?.get(cell) ?? 0), cell.attributes);
  });
  return () => {
    last ??= totals();
  };
}
