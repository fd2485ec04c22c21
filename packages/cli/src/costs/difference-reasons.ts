import type { Pricer } from '@genvitals/pricing';
import { counted as countedOf } from '../text.ts';
import { endOf, startOf } from './days.ts';
import type { LineItem } from './billed.ts';
import type { ReconciledLine } from './reconciliation.ts';

/** What reasons are found by. */
export interface ReasonContext {
  readonly line: ReconciledLine;
  /** All lines of the day. */
  readonly day: readonly ReconciledLine[];
  readonly pricer: Pricer;
  readonly provider: string;
  readonly nowMs: number;
}

/** Gives sentences where it holds. */
type ReasonRow = (context: ReasonContext) => readonly string[];

const TIERS = ['standard', 'batch', 'flex', 'priority'] as const;
const MILLION = 1_000_000;
/** Token counts that differ by less are the same: calls around midnight fall on either day. */
const SAME_TOKENS = 0.001;
const SAME_PRICE = 0.005;
const SHARE_AMOUNT = 1_000;

const few = (count: number): string => Math.round(count).toLocaleString('en-US');

const price = (usd: number): string =>
  usd.toLocaleString('en-US', { maximumSignificantDigits: 4, maximumFractionDigits: 20 });

function isClose(one: number, other: number, share: number): boolean {
  return Math.abs(one - other) <= share * Math.max(Math.abs(one), Math.abs(other));
}

function only(holds: boolean, sentence: string): readonly string[] {
  return holds ? [sentence] : [];
}

/** The same line of several projects, or of several rows, is one. */
function billedPrices({ lineItems }: ReconciledLine) {
  const byName = new Map<string, { item: LineItem; usd: number; tokens: number }>();
  for (const item of lineItems) {
    if (item.kind === undefined || item.tokens === undefined) continue;
    const known = byName.get(item.name);
    byName.set(item.name, {
      item,
      usd: (known?.usd ?? 0) + item.usd,
      tokens: (known?.tokens ?? 0) + item.tokens,
    });
  }
  return [...byName.values()].filter(({ tokens }) => tokens > 0);
}

function listPrices(kind: NonNullable<LineItem['kind']>, { line, pricer, provider }: ReasonContext) {
  return TIERS.flatMap((tier) => {
    const { usd } = pricer.priceOf({
      provider,
      model: line.name,
      tier,
      atMs: startOf(line.day),
      tokens: { [kind]: SHARE_AMOUNT },
    });
    return usd === undefined ? [] : [{ tier, usd: (usd / SHARE_AMOUNT) * MILLION }];
  });
}

/** Why two amounts may differ, by what the facts tell: a code, and how it is found. */
const reasons = {
  day_not_over: ({ line, nowMs }) =>
    only(endOf(line.day) > nowMs, 'the day is not over, and the bill of it is not whole'),
  unpriced: ({ line: { counted } }) =>
    only(
      (counted?.unpriced ?? 0) > 0,
      `no price is known for ${countedOf(counted?.unpriced ?? 0, 'call')} of ours`,
    ),
  partly_priced: ({ line: { counted } }) =>
    only(
      (counted?.partlyPriced ?? 0) > 0,
      `a part has no sure price in ${countedOf(counted?.partlyPriced ?? 0, 'call')} of ours`,
    ),
  uncosted: ({ line: { counted } }) =>
    only(
      (counted?.uncosted ?? 0) > 0,
      `no cost was written for ${countedOf(counted?.uncosted ?? 0, 'call')} of ours that have tokens`,
    ),
  usage_missing: ({ line: { counted } }) =>
    only(
      (counted?.usageMissing ?? 0) > 0,
      `${countedOf(counted?.usageMissing ?? 0, 'answer')} came without token counts, as streams do without include_usage`,
    ),
  not_seen: ({ line }) =>
    only(
      line.kind === 'model' && line.counted === undefined,
      'no call to it was counted: made without genvitals, or not in this source',
    ),
  not_billed: ({ line: { kind, counted, lineItems, requests } }) =>
    only(
      kind === 'model' && counted !== undefined && counted.usd > 0 && lineItems.length === 0,
      requests === undefined
        ? 'OpenAI has neither costs nor usage of it: another organization or project, or a bill that is not whole'
        : 'OpenAI counted its use but does not bill it, or not yet',
    ),
  calls_not_seen: ({ line: { counted, requests } }) =>
    only(
      counted !== undefined && requests !== undefined && requests > counted.calls && counted.calls > 0,
      `OpenAI counts ${few(requests ?? 0)} requests, we ${few(counted?.calls ?? 0)}: ${few((requests ?? 0) - (counted?.calls ?? 0))} not seen`,
    ),
  calls_not_billed: ({ line: { counted, requests } }) =>
    only(
      counted !== undefined && requests !== undefined && counted.calls > requests,
      `we count ${few(counted?.calls ?? 0)} calls, OpenAI ${few(requests ?? 0)}: another organization or project, or a line counted twice`,
    ),
  tokens_differ: ({ line: { counted, tokens } }) => {
    if (counted === undefined || tokens === undefined) return [];
    return (['input', 'cached', 'output'] as const).flatMap((kind) =>
      only(
        !isClose(counted.tokens[kind], tokens[kind], SAME_TOKENS),
        `${kind} tokens: OpenAI counts ${few(tokens[kind])}, we ${few(counted.tokens[kind])}`,
      ),
    );
  },
  free: ({ line }) =>
    billedPrices(line).flatMap(({ item, usd, tokens }) =>
      only(usd === 0, `${item.name}: ${few(tokens)} tokens were billed at 0`),
    ),
  price: (context) =>
    billedPrices(context.line).flatMap(({ item, usd, tokens }) => {
      const billed = (usd / tokens) * MILLION;
      const listed = item.kind === undefined || usd === 0 ? [] : listPrices(item.kind, context);
      const [standard] = listed;
      if (standard === undefined || isClose(billed, standard.usd, SAME_PRICE)) return [];
      const ours = listed.map((each) => `${price(each.usd)} ${each.tier}`).join(', ');
      return [`${item.name}: billed at ${price(billed)} USD for 1M tokens; our list has ${ours}`];
    }),
  tool_fees: ({ line, day }) =>
    only(
      line.kind === 'model' &&
        line.differenceUsd > 0 &&
        day.some(({ kind, counted }) => kind === 'tools' && counted === undefined),
      'what we counted has the fees of tools in it, which OpenAI bills apart that day',
    ),
  tools_inside: ({ line }) =>
    only(
      line.kind === 'tools' && line.counted === undefined,
      'call lines have the fees of tools in the cost of the model that used them',
    ),
  tools_not_seen: ({ line }) =>
    only(
      line.kind === 'tools' && line.counted !== undefined && line.differenceUsd < 0,
      'tools ran in calls that were not seen, or have a fee that no list has',
    ),
  not_calls: ({ line }) =>
    only(line.kind === 'other', 'it is not billed by calls of a model, so nothing counts it'),
} as const satisfies Readonly<Record<string, ReasonRow>>;

/** Where none of the reasons is found. */
const FALLBACKS = ['price_or_tier', 'unknown'] as const;

export type ReasonCode = keyof typeof reasons | (typeof FALLBACKS)[number];

/** Every code that `--json` may have. */
export const reasonCodes: readonly string[] = [...Object.keys(reasons), ...FALLBACKS];

export interface Reason {
  readonly code: ReasonCode;
  readonly sentence: string;
}

/** What explains a difference, as far as facts tell. */
export function findReasons(context: ReasonContext): readonly Reason[] {
  const found = Object.entries<ReasonRow>(reasons).flatMap(([code, find]) =>
    find(context).map((sentence): Reason => ({ code: code as ReasonCode, sentence })),
  );
  if (found.length > 0) return found;
  const { counted, tokens } = context.line;
  const isUsageKnown = counted !== undefined && tokens !== undefined && counted.tokens.input > 0;
  return isUsageKnown
    ? [{ code: 'price_or_tier', sentence: 'calls and tokens are the same, so a price or a tier is not' }]
    : [{ code: 'unknown', sentence: 'nothing that both sides tell explains it' }];
}
