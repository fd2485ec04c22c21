import type { PricesAge } from '@genvitals/pricing/check';
import type { Compared } from './check-prices.ts';

/** What there is to tell. */
export interface CheckFindings {
  readonly age: PricesAge;
  readonly compared: Compared | undefined;
  readonly maxAgeDays: number;
}

/** Whether any price is older than it may be. */
export function isStale({ age, maxAgeDays }: CheckFindings): boolean {
  return [age.base, ...age.rows].some(({ ageDays }) => ageDays > maxAgeDays);
}

/** The document of `--json`. */
export function toCheckReport({ age, compared, maxAgeDays }: CheckFindings) {
  return {
    maxAgeDays,
    genaiPrices: { ...age.base, isStale: age.base.ageDays > maxAgeDays },
    staleRows: age.rows.filter(({ ageDays }) => ageDays > maxAgeDays),
    against: compared === undefined ? null : toComparison(compared),
  };
}

function toComparison({ disagreements, ...others }: Compared) {
  return {
    ...others,
    disagreements: disagreements.map((each) => ({
      ...each,
      differenceUsd: Number((each.ourUsd - each.theirUsd).toPrecision(12)),
      differencePercent: Number((((each.ourUsd - each.theirUsd) / each.theirUsd) * 100).toPrecision(6)),
    })),
  };
}
