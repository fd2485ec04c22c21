import { attributes, type LabelName, metrics, prometheusLabel, prometheusName } from '@genvitals/conventions';
import type { CostReason } from '@genvitals/pricing';
import { type Counted, CountedBook, type CountedSide } from './counted.ts';
import { daysOf, type DayRange, endOf, startOf } from './days.ts';
import { createPrometheusApi, type PrometheusApi, type PrometheusSeries } from './prometheus-api.ts';

/** Often enough that a process that lived for minutes is seen, and few enough samples for a day. */
const STEP_SECONDS = 300;
/** How far back the value is looked for that a counter had when the first day began. */
const LOOK_BACK = '7d';
const MS_PER_SECOND = 1_000;

type Labels = (name: LabelName) => string;

/** How the increase of a counter counts. */
interface CounterRow {
  readonly metric: keyof Pick<
    typeof metrics,
    'clientCost' | 'clientTokens' | 'clientCalls' | 'clientUnpriced' | 'clientUsageMissing'
  >;
  readonly toCounted: (increase: number, labels: Labels) => Partial<Counted>;
}

const INPUT_KINDS: readonly string[] = ['input', 'cache_read', 'cache_write', 'audio_input', 'image_input'];

/** Reasons for which a call has no price at all; the others may leave it a part. */
const NO_PRICE: readonly string[] = [
  'model_missing',
  'model_unknown',
  'provider_unknown',
  'tier_unpriced',
  'long_context_unpriced',
  'provisioned',
] satisfies readonly CostReason[];

const counters: readonly CounterRow[] = [
  {
    metric: 'clientCost',
    toCounted: (usd, labels) => (labels('costKind') === 'tool' ? { toolUsd: usd } : { usd, toolUsd: 0 }),
  },
  {
    metric: 'clientTokens',
    toCounted(count, labels) {
      const kind = labels('tokenKind');
      const isInput = INPUT_KINDS.includes(kind);
      const cached = kind === 'cache_read' ? count : 0;
      return { tokens: { input: isInput ? count : 0, cached, output: isInput ? 0 : count } };
    },
  },
  {
    metric: 'clientCalls',
    toCounted: (calls, labels) => ({ calls: labels('outcome') === 'error' ? 0 : calls }),
  },
  {
    metric: 'clientUnpriced',
    toCounted(calls, labels) {
      const reason = labels('costReason');
      // It has a counter of its own.
      if (reason === 'usage_missing') return {};
      return NO_PRICE.includes(reason) ? { unpriced: calls } : { partlyPriced: calls };
    },
  },
  { metric: 'clientUsageMissing', toCounted: (usageMissing) => ({ usageMissing }) },
];

function keyOf({ metric }: PrometheusSeries): string {
  // Some functions keep the metric's name and some do not.
  const labels = Object.entries(metric).filter(([name]) => name !== '__name__');
  return JSON.stringify(labels.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * Adds up the increase of one counter, day by day, from values as they stand: `increase()` extrapolates,
 * and knows nothing of what a counter had when it was seen first, which is all of a short process.
 */
async function countOne(
  api: PrometheusApi,
  { metric, toCounted }: CounterRow,
  range: DayRange,
  provider: string,
  book: CountedBook,
): Promise<boolean> {
  const name = prometheusName(metrics[metric]);
  const providerLabel = prometheusLabel(attributes.providerName);
  const selector = `${name}{${providerLabel}=${JSON.stringify(provider)}}`;
  const last = new Map<string, number>();
  for (const series of await api.query(`last_over_time(${selector}[${LOOK_BACK}])`, startOf(range.from))) {
    last.set(keyOf(series), Number(series.value?.[1] ?? 0));
  }
  let isKnown = last.size > 0;
  for (const day of daysOf(range)) {
    const end = Math.min(endOf(day), Date.now());
    const first = startOf(day) + STEP_SECONDS * MS_PER_SECOND;
    if (end < first) continue;
    const query = `last_over_time(${selector}[${STEP_SECONDS}s])`;
    for (const series of await api.queryRange(query, first, end, STEP_SECONDS)) {
      isKnown = true;
      const key = keyOf(series);
      let before = last.get(key) ?? 0;
      let increase = 0;
      for (const [, text] of series.values ?? []) {
        const value = Number(text);
        if (!Number.isFinite(value)) continue;
        // A counter that is lower than before began anew.
        increase += value >= before ? value - before : value;
        before = value;
      }
      last.set(key, before);
      if (increase === 0) continue;
      const labels: Labels = (label) => series.metric[prometheusLabel(attributes[label])] ?? '';
      const model = labels('responseModel') || labels('requestModel') || '(no model)';
      book.add(day, model, toCounted(increase, labels));
    }
  }
  return isKnown;
}

/** Counts by what the metrics of calls grew on each UTC day. */
export async function countPrometheus(
  url: URL,
  range: DayRange,
  provider: string,
  signal: AbortSignal,
): Promise<CountedSide> {
  const api = createPrometheusApi(url, signal);
  const book = new CountedBook();
  const notes: string[] = [];
  for (const row of counters) {
    const isKnown = await countOne(api, row, range, provider, book);
    const isEssential = row.metric === 'clientCost' || row.metric === 'clientCalls';
    if (!isKnown && isEssential) {
      notes.push(`Prometheus has no ${prometheusName(metrics[row.metric])} of ${provider} in these days.`);
    }
  }
  return { models: book.models(), notes };
}
