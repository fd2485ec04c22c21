import type { Cost, CostKind } from '@genvitals/pricing';
import type { Cell, Counters } from './counters.ts';
import {
  COST_KIND,
  COST_REASON,
  OPENAI_RESPONSE_SERVICE_TIER,
  PROVIDER_NAME,
  RESPONSE_MODEL,
} from './keys.ts';
import type { Labels } from '@genvitals/context/host';

type ByKind = Map<CostKind, Cell>;

/** What the calls of one row cost. */
export class CostSeries {
  readonly #counters: Counters;
  readonly #callLabels: Labels;
  readonly #byTier = new Map<string | undefined, ByKind>();
  readonly #unpriced = new Map<string, Cell>();

  constructor(counters: Counters, callLabels: Labels) {
    this.#counters = counters;
    this.#callLabels = callLabels;
  }

  /** @param tier as the answer states it, where that is an attribute of the provider's */
  count(cost: Cost, tier: string | undefined): void {
    if (cost.reason !== undefined) this.#unpricedCell(cost.reason).value++;
    // A server may make up any number of tiers; those that have a price are few.
    if (cost.usd === undefined) return;
    const byKind = this.#kindsOf(tier);
    for (const name in cost.parts) {
      const kind = name as CostKind;
      const cell = byKind.get(kind) ?? this.#cell(byKind, tier, kind);
      cell.value += cost.parts[kind] ?? 0;
    }
  }

  #kindsOf(tier: string | undefined): ByKind {
    const known = this.#byTier.get(tier);
    if (known !== undefined) return known;
    const byKind: ByKind = new Map();
    this.#byTier.set(tier, byKind);
    return byKind;
  }

  #cell(byKind: ByKind, tier: string | undefined, kind: CostKind): Cell {
    const cell = this.#counters.cost.cell({
      ...this.#callLabels,
      [OPENAI_RESPONSE_SERVICE_TIER]: tier,
      [COST_KIND]: kind,
    });
    byKind.set(kind, cell);
    return cell;
  }

  #unpricedCell(reason: string): Cell {
    let cell = this.#unpriced.get(reason);
    if (cell === undefined) {
      cell = this.#counters.unpriced.cell({
        [PROVIDER_NAME]: this.#callLabels[PROVIDER_NAME],
        [RESPONSE_MODEL]: this.#callLabels[RESPONSE_MODEL],
        [COST_REASON]: reason,
      });
      this.#unpriced.set(reason, cell);
    }
    return cell;
  }
}
