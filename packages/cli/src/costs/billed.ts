import { CliError } from '../errors.ts';
import type { AdminApi, Bucket } from './admin-api.ts';
import type { TokenCounts } from './counted.ts';
import { dayOf, type DayRange, endOf, startOf } from './days.ts';
import { type LineItemName, parseLineItem } from './line-item.ts';

/** One line of the bill. */
export interface LineItem extends LineItemName {
  readonly day: string;
  readonly project: string;
  readonly name: string;
  readonly usd: number;
  /** False where the bill has no amount, and 0 is but what is left to count. */
  readonly hasAmount: boolean;
  /** How much of its unit; undefined where the bill does not tell. */
  readonly quantity: number | undefined;
  readonly unit: string | undefined;
  /** The quantity where it is one of tokens. */
  readonly tokens: number | undefined;
}

/** What OpenAI counted of a model on a day. */
export interface Usage {
  readonly day: string;
  readonly model: string;
  readonly requests: number;
  readonly tokens: TokenCounts;
}

export interface BilledSide {
  readonly lineItems: readonly LineItem[];
  readonly usage: readonly Usage[];
  readonly notes: readonly string[];
}

/** APIs that count requests, and tokens where they have them. */
const USAGE_PATHS: readonly string[] = [
  'completions',
  'embeddings',
  'moderations',
  'images',
  'audio_speeches',
  'audio_transcriptions',
];

/** Before there were units, lines of models had tokens. */
const TOKENS_PER_UNIT: ReadonlyMap<string | undefined, number> = new Map([
  [undefined, 1],
  ['tokens', 1],
  ['1000_tokens', 1_000],
]);

/** The most days that a page may have. */
const MAX_COST_BUCKETS = '180';
const MAX_USAGE_BUCKETS = '31';
const MS_PER_SECOND = 1_000;

function parameters(range: DayRange, project: string | undefined, limit: string, groups: readonly string[]) {
  return [
    ['start_time', String(startOf(range.from) / MS_PER_SECOND)],
    ['end_time', String(endOf(range.to) / MS_PER_SECOND)],
    ['bucket_width', '1d'],
    ['limit', limit],
    ...groups.map((group) => ['group_by[]', group] as const),
    ...(project === undefined ? [] : [['project_ids[]', project] as const]),
  ] as const;
}

const dayOfBucket = ({ start_time }: Bucket): string => dayOf(start_time * MS_PER_SECOND);

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** A number, or one with many digits in a text, as the API has them too. */
function amount(value: unknown): number {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number(value ?? NaN);
}

function toLineItem(day: string, result: Readonly<Record<string, unknown>>): LineItem {
  const { value, currency } = (result['amount'] ?? {}) as { value?: unknown; currency?: unknown };
  const name = text(result['line_item']) ?? '(no line item)';
  const hasAmount = value !== undefined && value !== null;
  const usd = hasAmount ? amount(value) : 0;
  if (!Number.isFinite(usd) || (hasAmount && text(currency)?.toLowerCase() !== 'usd')) {
    throw new CliError(
      'COSTS_API_ANSWER',
      `Expected the costs of ${day} to be amounts in usd, got ${JSON.stringify(value)} ${JSON.stringify(currency)} for ${name}.`,
    );
  }
  const quantity = amount(result['quantity']);
  const unit = text(result['quantity_unit']);
  const tokensPerUnit = TOKENS_PER_UNIT.get(unit);
  return {
    day,
    project: text(result['project_id']) ?? '(no project)',
    name,
    ...parseLineItem(name),
    usd,
    hasAmount,
    quantity: Number.isFinite(quantity) ? quantity : undefined,
    unit,
    tokens: Number.isFinite(quantity) && tokensPerUnit !== undefined ? quantity * tokensPerUnit : undefined,
  };
}

function toUsage(day: string, result: Readonly<Record<string, unknown>>): Usage {
  return {
    day,
    model: text(result['model']) ?? '(no model)',
    requests: count(result['num_model_requests']),
    tokens: {
      input: count(result['input_tokens']),
      cached: count(result['input_cached_tokens']),
      output: count(result['output_tokens']),
    },
  };
}

/** Reads the bill of these days, and what was used. */
export async function readBilled(
  api: AdminApi,
  range: DayRange,
  project: string | undefined,
): Promise<BilledSide> {
  const costs = await api.buckets(
    'costs',
    parameters(range, project, MAX_COST_BUCKETS, ['project_id', 'line_item']),
  );
  if (costs === undefined) {
    throw new CliError(
      'COSTS_API_FAILED',
      'Expected the API to have /organization/costs, got 404; check `--base-url`.',
    );
  }
  const usage: Usage[] = [];
  const notes: string[] = [];
  for (const path of USAGE_PATHS) {
    const found = await api.buckets(
      `usage/${path}`,
      parameters(range, project, MAX_USAGE_BUCKETS, ['model']),
    );
    if (found === undefined) notes.push(`OpenAI does not tell its usage of ${path} (404).`);
    for (const bucket of found ?? []) {
      usage.push(...bucket.results.map((result) => toUsage(dayOfBucket(bucket), result)));
    }
  }
  const lineItems = costs.flatMap((bucket) =>
    bucket.results.map((result) => toLineItem(dayOfBucket(bucket), result)),
  );
  const without = lineItems.filter(({ hasAmount }) => !hasAmount).length;
  if (without > 0) notes.push(`Lines of the bill without an amount, taken as 0: ${without}.`);
  return { lineItems, usage, notes };
}
