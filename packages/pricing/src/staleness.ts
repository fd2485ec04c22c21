import { GENAI_PRICES } from './base.ts';
import { overlay } from './overlay.ts';

/** The rows of one source and day. */
export interface RowsAge {
  readonly source: string;
  readonly checkedAt: string;
  readonly ageDays: number;
  readonly rows: number;
  readonly models: readonly string[];
}

/** How old our prices are. */
export interface PricesAge {
  /** The oldest first. */
  readonly rows: readonly RowsAge[];
  /** The list below our rows. */
  readonly base: { readonly version: string; readonly releasedAt: string; readonly ageDays: number };
}

const MS_PER_DAY = 86_400_000;

function ageInDays(day: string, nowMs: number): number {
  return Math.floor((nowMs - Date.parse(day)) / MS_PER_DAY);
}

/** How old the rows of this package are, and the list below them. */
export function pricesAge(nowMs: number): PricesAge {
  const keys = new Map(
    overlay.map(({ source, checkedAt }) => [`${checkedAt} ${source}`, { source, checkedAt }]),
  );
  const rows = [...keys.values()].map(({ source, checkedAt }) => {
    const group = overlay.filter((row) => row.source === source && row.checkedAt === checkedAt);
    const models = [...new Set(group.flatMap((row) => row.models))];
    return { source, checkedAt, ageDays: ageInDays(checkedAt, nowMs), rows: group.length, models };
  });
  return {
    rows: rows.toSorted((one, other) => other.ageDays - one.ageDays),
    base: { ...GENAI_PRICES, ageDays: ageInDays(GENAI_PRICES.releasedAt, nowMs) },
  };
}
