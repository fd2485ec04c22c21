import { outcomes, type ObservedCall } from './observed-call.ts';
import { NOTHING } from '../text.ts';

const FULL = 'full';
const NETWORK = 'network';
const NO_ANSWER = 'no_answer';

/** What a set of calls costs, and how sure that is. */
export interface CostSum {
  /** Of the calls whose cost is known, wholly or in part; undefined where there is none. */
  readonly usd: number | undefined;
  /** Calls whose cost is known. */
  readonly full: number;
  /** Calls of whose cost a part is known, or which may have been billed at another price. */
  readonly partial: number;
  /** Calls that may have been billed, nobody knows what. */
  readonly unpriced: number;
  /** Why those that are partial or unpriced are so. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** A call without a status has no cost, but who waited in vain, or left before the answer, may be billed. */
function mayBeBilled({ cost, outcome, errorKind }: ObservedCall): boolean {
  return cost.status !== undefined || outcome === outcomes.cancelled || errorKind === NETWORK;
}

export function sumCosts(calls: readonly ObservedCall[]): CostSum {
  const sum = { usd: 0, full: 0, partial: 0, unpriced: 0 };
  const reasons: Record<string, number> = {};
  for (const call of calls) {
    if (!mayBeBilled(call)) continue;
    const { status, usd, reason = NO_ANSWER } = call.cost;
    if (usd === undefined) sum.unpriced++;
    else {
      sum.usd += usd;
      sum[status === FULL ? 'full' : 'partial']++;
    }
    if (usd === undefined || status !== FULL) reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  const hasPrices = sum.full + sum.partial > 0;
  return { ...sum, usd: hasPrices ? sum.usd : undefined, reasons };
}

/** The same sum for something smaller or larger; undefined: for nothing at all. */
export function scaleCost(cost: CostSum, factor: number | undefined): CostSum {
  const { usd } = cost;
  return { ...cost, usd: usd === undefined || factor === undefined ? undefined : usd * factor };
}

/** Whether the sum is all that the calls cost. */
export function isWhole({ partial, unpriced }: CostSum): boolean {
  return partial === 0 && unpriced === 0;
}

const SMALLEST = 0.000_01;

/** As 1235, 12.3, 0.0123, 0.00012, in eight characters; with ≥ where it is not the whole. */
export function toUsd(usd: number, whole: boolean): string {
  if (usd > 0 && usd < SMALLEST) return whole ? '<0.00001' : '>0';
  const digits = usd >= 100 || usd === 0 ? 0 : Math.min(5, 2 - Math.floor(Math.log10(usd)));
  return `${whole ? '' : '≥'}${usd.toFixed(digits)}`;
}

/** A sum for a table: "unpriced" where no call has a cost that could have one, a dash where none could. */
export function toUsdCell(cost: CostSum): string {
  if (cost.usd !== undefined) return toUsd(cost.usd, isWhole(cost));
  return cost.unpriced > 0 ? 'unpriced' : NOTHING;
}
