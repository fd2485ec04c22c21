import type { BilledSide, LineItem, Usage } from './billed.ts';
import { addCounted, type Counted, type CountedModel, NOTHING_COUNTED, type TokenCounts } from './counted.ts';
import { daysOf, type DayRange } from './days.ts';

/** Two amounts, and by how much the counted one is off. */
export interface Difference {
  readonly countedUsd: number;
  readonly billedUsd: number;
  /** Counted less billed: below 0 where we counted too little. */
  readonly differenceUsd: number;
  /** Of what was billed; null where nothing was. */
  readonly differencePercent: number | null;
  readonly isDifferent: boolean;
}

/** What a line stands for: a model's calls, the provider's tools, or something else of the bill. */
export type LineKind = 'model' | 'tools' | 'other';

/** A day and model on both sides, or one side where the other has none. */
export interface ReconciledLine extends Difference {
  readonly day: string;
  readonly kind: LineKind;
  readonly name: string;
  readonly counted: Counted | undefined;
  readonly requests: number | undefined;
  readonly tokens: TokenCounts | undefined;
  readonly lineItems: readonly LineItem[];
}

export interface Reconciliation {
  readonly days: readonly (Difference & { readonly day: string })[];
  readonly total: Difference;
  readonly lines: readonly ReconciledLine[];
  readonly projects: readonly {
    readonly day: string;
    readonly project: string;
    readonly billedUsd: number;
  }[];
}

/** Bills are rounded to cents; what is below half of one is no difference. */
const MIN_USD = 0.005;
const TOOLS = 'fees of tools';
const DATE_AT_END = /-\d{4}-\d{2}-\d{2}$/;

const sum = <T>(rows: readonly T[], valueOf: (row: T) => number): number =>
  rows.reduce((total, row) => total + valueOf(row), 0);

/** Without the digits that floating point adds. */
function tidy(usd: number): number {
  return Math.round(usd * 1e9) / 1e9;
}

function differ(countedUsd: number, billedUsd: number, tolerancePercent: number): Difference {
  const difference = countedUsd - billedUsd;
  const allowed = (Math.max(countedUsd, billedUsd) * tolerancePercent) / 100;
  return {
    countedUsd: tidy(countedUsd),
    billedUsd: tidy(billedUsd),
    differenceUsd: tidy(difference),
    differencePercent: billedUsd === 0 ? null : tidy((difference / billedUsd) * 100),
    isDifferent: Math.abs(difference) > Math.max(MIN_USD, allowed),
  };
}

/** Gives a name without a date the dated one that OpenAI bills, where there is but one. */
function billedName(model: string, billed: ReadonlySet<string>): string {
  if (billed.has(model)) return model;
  const bare = model.replace(DATE_AT_END, '');
  const [found, ...others] = [...billed].filter((name) => name.replace(DATE_AT_END, '') === bare);
  return found !== undefined && others.length === 0 ? found : model;
}

function addTokens(all: readonly TokenCounts[]): TokenCounts {
  return {
    input: sum(all, ({ input }) => input),
    cached: sum(all, ({ cached }) => cached),
    output: sum(all, ({ output }) => output),
  };
}

/** What the bill says of tokens, if every line of it does. */
function tokensOf(lineItems: readonly LineItem[]): TokenCounts | undefined {
  const all = lineItems.map(({ kind, tokens = NaN }): TokenCounts => {
    const isOutput = kind?.endsWith('output') === true;
    const cached = kind === 'cache_read' ? tokens : 0;
    return isOutput ? { input: 0, cached, output: tokens } : { input: tokens, cached, output: 0 };
  });
  const total = addTokens(all);
  const isWhole = lineItems.length > 0 && lineItems.every(({ kind }) => kind !== undefined);
  return isWhole && Number.isFinite(total.input + total.output) ? total : undefined;
}

interface Side {
  counted: Counted | undefined;
  usage: Usage[];
  lineItems: LineItem[];
}

/** Everything of one day, by what it stands for. */
class DayBook {
  readonly #sides = new Map<string, Side>();

  #side(kind: LineKind, name: string): Side {
    const key = `${kind} ${name}`;
    const side = this.#sides.get(key) ?? { counted: undefined, usage: [], lineItems: [] };
    this.#sides.set(key, side);
    return side;
  }

  addBilled(lineItem: LineItem): void {
    const { model, isTool, name } = lineItem;
    const side =
      model === undefined
        ? this.#side(isTool ? 'tools' : 'other', isTool ? TOOLS : name)
        : this.#side('model', model);
    side.lineItems.push(lineItem);
  }

  addUsage(usage: Usage): void {
    this.#side('model', usage.model).usage.push(usage);
  }

  addCounted(name: string, { toolUsd, ...counted }: Counted): void {
    const side = this.#side('model', name);
    side.counted = addCounted(side.counted ?? NOTHING_COUNTED, { ...counted, toolUsd: undefined });
    if (toolUsd === undefined) return;
    // Where the fees are known apart, they are compared with the bill's own lines.
    const tools = this.#side('tools', TOOLS);
    tools.counted = addCounted(tools.counted ?? NOTHING_COUNTED, { ...NOTHING_COUNTED, usd: toolUsd });
  }

  lines(day: string, tolerancePercent: number): readonly ReconciledLine[] {
    const lines = [...this.#sides].map(([key, { counted, usage, lineItems }]): ReconciledLine => {
      const space = key.indexOf(' ');
      const billedUsd = sum(lineItems, ({ usd }) => usd);
      return {
        day,
        kind: key.slice(0, space) as LineKind,
        name: key.slice(space + 1),
        ...differ(counted?.usd ?? 0, billedUsd, tolerancePercent),
        counted,
        requests: usage.length === 0 ? undefined : sum(usage, ({ requests }) => requests),
        tokens: usage.length === 0 ? tokensOf(lineItems) : addTokens(usage.map(({ tokens }) => tokens)),
        lineItems,
      };
    });
    // Where the fees are known apart, most days have none.
    const some = lines.filter(
      ({ kind, counted, lineItems }) => kind !== 'tools' || lineItems.length > 0 || counted?.usd !== 0,
    );
    return some.toSorted((one, other) => Math.abs(other.differenceUsd) - Math.abs(one.differenceUsd));
  }
}

function totalsByProject(lineItems: readonly LineItem[]): Reconciliation['projects'] {
  const totals = new Map<string, { day: string; project: string; billedUsd: number }>();
  for (const { day, project, usd } of lineItems) {
    const key = `${day} ${project}`;
    totals.set(key, { day, project, billedUsd: tidy((totals.get(key)?.billedUsd ?? 0) + usd) });
  }
  return [...totals.values()];
}

/** Lays what was counted beside what was billed. */
export function reconcile(
  range: DayRange,
  countedModels: readonly CountedModel[],
  { lineItems, usage }: BilledSide,
  tolerancePercent: number,
): Reconciliation {
  const perDay = daysOf(range).map((day) => {
    const book = new DayBook();
    const items = lineItems.filter((each) => each.day === day);
    const used = usage.filter((each) => each.day === day);
    for (const item of items) book.addBilled(item);
    const billed = new Set(items.flatMap(({ model }) => model ?? []));
    for (const each of used) book.addUsage({ ...each, model: billedName(each.model, billed) });
    const known = new Set([...billed, ...used.map(({ model }) => model)]);
    for (const { model, day: countedDay, ...counted } of countedModels) {
      if (countedDay === day) book.addCounted(billedName(model, known), counted);
    }
    return { day, lines: book.lines(day, tolerancePercent) };
  });
  const lines = perDay.flatMap((each) => each.lines);
  const total = (of: readonly ReconciledLine[]): Difference =>
    differ(
      sum(of, ({ countedUsd }) => countedUsd),
      sum(of, ({ billedUsd }) => billedUsd),
      tolerancePercent,
    );
  return {
    days: perDay.map(({ day, lines: of }) => ({ day, ...total(of) })),
    total: total(lines),
    lines,
    projects: totalsByProject(lineItems.filter(({ day }) => day >= range.from && day <= range.to)),
  };
}
