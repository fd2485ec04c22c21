import type { SeenPoint, SeenSpan } from './child/telemetry.ts';
import type { OpenAIVersion } from './openai-versions.ts';
import type { ScenarioResult } from './run-plan.ts';
import { hasContexts, type Surroundings } from './settings.ts';
import type { Expectation, ExpectedSpan, ExpectedTokens, Scenario } from './scenario.ts';

const CLIENT_KIND = 2;
const STATUS = { unset: 0, error: 2 } as const;
const APP_SCOPE = 'app';
/** In every text of a scenario that no signal may have. */
const MARK = 'SENTINEL';
const DETAILS_EVENT = 'gen_ai.client.inference.operation.details';

/** Paths whose requests are calls, below any prefix a provider puts in front. */
const CALL_PATHS = [
  '/chat/completions',
  '/responses',
  '/responses/compact',
  '/embeddings',
  '/completions',
  '/moderations',
  '/images/generations',
  '/images/edits',
  '/images/variations',
  '/audio/transcriptions',
  '/audio/translations',
  '/audio/speech',
];
const VECTOR_STORE_SEARCH = /\/vector_stores\/[^/]+\/search$/;
const CANCEL = /\/responses\/[^/]+\/cancel$/;
const FETCH = /\/(?:responses|batches)\/[^/]+$/;

const tokenKeys: Readonly<Record<keyof ExpectedTokens, string>> = {
  input: 'gen_ai.usage.input_tokens',
  output: 'gen_ai.usage.output_tokens',
  cached: 'gen_ai.usage.cache_read.input_tokens',
  cacheWrite: 'gen_ai.usage.cache_creation.input_tokens',
  reasoning: 'gen_ai.usage.reasoning.output_tokens',
};

/** What this span does not say as it should; empty when it is the expected one. */
function checkSpan(
  span: SeenSpan,
  wanted: ExpectedSpan,
  parentId: string | undefined,
  hasContexts: boolean,
): string[] {
  const problems: string[] = [];
  const want = (what: string, expected: unknown, got: unknown): void => {
    if (JSON.stringify(expected) !== JSON.stringify(got)) {
      problems.push(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`);
    }
  };
  const { attributes } = span;
  want('name', wanted.name, span.name);
  want('kind', CLIENT_KIND, span.kind);
  want('outcome', wanted.outcome, attributes['genvitals.outcome']);
  want('status', wanted.outcome === 'error' ? STATUS.error : STATUS.unset, span.statusCode);
  want('error.type', wanted.errorType, attributes['error.type']);
  want('error.kind', wanted.errorKind, attributes['genvitals.error.kind']);
  want('parent', parentId, span.parentSpanId);
  if (wanted.tokens !== 'any') {
    for (const [kind, key] of Object.entries(tokenKeys)) {
      want(`${kind} tokens`, wanted.tokens?.[kind as keyof ExpectedTokens], attributes[key]);
    }
  }
  if (wanted.finishReasons !== undefined) {
    const reasons = wanted.finishReasons.length === 0 ? undefined : wanted.finishReasons;
    want('finish reasons', reasons, attributes['gen_ai.response.finish_reasons']);
  }
  if (wanted.responseId !== undefined)
    want('response id', wanted.responseId, attributes['gen_ai.response.id']);
  if (hasContexts) want('retries', wanted.retries ?? 0, attributes['genvitals.request.retry.count'] ?? 0);
  if (wanted.tokens !== 'any') {
    want('usage missing', wanted.usageMissing, attributes['genvitals.usage.missing']);
  }
  for (const [key, value] of Object.entries(wanted.attributes ?? {})) want(key, value, attributes[key]);
  if (!(span.durationMs >= 0 && span.durationMs < 10_000)) problems.push(`duration ${span.durationMs} ms`);
  return problems;
}

/** Pairs spans with what was expected, whatever their order, and says what is left. */
function checkSpans(
  spans: readonly SeenSpan[],
  wanted: Expectation,
  result: ScenarioResult,
  hasContexts: boolean,
): string[] {
  const problems: string[] = [];
  const left = [...spans];
  if (spans.length !== wanted.spans.length) {
    problems.push(`${spans.length} ended spans instead of ${wanted.spans.length}`);
  }
  for (const expected of wanted.spans) {
    const parentId = expected.parent === undefined ? undefined : result.probes[expected.parent];
    const tried = left.map((span) => checkSpan(span, expected, parentId, hasContexts));
    const best = tried.reduce((low, one, at) => (one.length < (tried[low]?.length ?? 99) ? at : low), 0);
    if (tried[best] !== undefined)
      problems.push(...tried[best].map((text) => `span \`${expected.name}\`: ${text}`));
    left.splice(best, 1);
  }
  return problems;
}

function sumOf(points: readonly SeenPoint[], metric: string): number {
  return points.filter((point) => point.metric === metric).reduce((sum, point) => sum + point.value, 0);
}

function callRequests(result: ScenarioResult): number {
  return result.seen.requests.filter(({ method, path }) => {
    const bare = path.replace(/\?.*$/, '');
    if (method === 'GET') return FETCH.test(bare);
    return (
      method === 'POST' &&
      (CALL_PATHS.some((end) => bare.endsWith(end)) || VECTOR_STORE_SEARCH.test(bare) || CANCEL.test(bare))
    );
  }).length;
}

function checkMetrics(
  spans: readonly SeenSpan[],
  wanted: Expectation,
  result: ScenarioResult,
  hasContexts: boolean,
): string[] {
  const problems: string[] = [];
  const { points } = result.telemetry;
  const want = (what: string, expected: number, got: number): void => {
    if (expected !== got) problems.push(`${what}: expected ${expected}, got ${got}`);
  };
  const calls = wanted.calls ?? wanted.spans.length;
  want('calls counted', calls, sumOf(points, 'genvitals.client.calls'));
  want('durations recorded', calls, sumOf(points, 'gen_ai.client.operation.duration'));
  const attempts = wanted.attempts ?? callRequests(result);
  if (hasContexts) want('attempts counted', attempts, sumOf(points, 'genvitals.client.attempts'));
  if (wanted.calls === undefined) {
    const attributeSum = (key: string): number =>
      spans.reduce((sum, span) => sum + Number(span.attributes[key] ?? 0), 0);
    const total =
      attributeSum(tokenKeys.input) + attributeSum(tokenKeys.output) + (wanted.tokensMadeLater ?? 0);
    want('tokens counted', total, sumOf(points, 'genvitals.client.tokens'));
    const missing = spans.filter((span) => span.attributes['genvitals.usage.missing'] === true).length;
    want('missing usages counted', missing, sumOf(points, 'genvitals.client.usage_missing'));
  }
  return problems;
}

function checkRecords(spans: readonly SeenSpan[], wanted: Expectation, result: ScenarioResult): string[] {
  const details = result.telemetry.records.filter(({ eventName }) => eventName === DETAILS_EVENT);
  const problems: string[] = [];
  const calls = wanted.calls ?? wanted.spans.length;
  if (details.length !== calls) problems.push(`${details.length} details events instead of ${calls}`);
  for (const span of spans) {
    const own = details.filter(({ spanId }) => spanId === span.spanId);
    if (own.length !== 1) problems.push(`span \`${span.name}\` has ${own.length} details events`);
    else if (own[0]?.attributes['genvitals.outcome'] !== span.attributes['genvitals.outcome']) {
      problems.push(`span \`${span.name}\` and its details event disagree on the outcome`);
    }
  }
  return problems;
}

/** Where the marked text or key is in anything that leaves the process. */
function checkContent(result: ScenarioResult): string[] {
  const { spans, points, records } = result.telemetry;
  return [...spans.filter(({ scope }) => scope !== APP_SCOPE), ...points, ...records]
    .map((signal) => JSON.stringify(signal))
    .filter((text) => text.includes(MARK))
    .slice(0, 2)
    .map((text) => `content in a signal: ${text.slice(0, 400)}`);
}

function checkActive(wanted: Expectation, result: ScenarioResult): string[] {
  const problems: string[] = [];
  for (const [probe, name] of Object.entries(wanted.active ?? {})) {
    const spanId = result.probes[probe];
    const active = result.telemetry.spans.find((span) => span.spanId === spanId)?.name ?? '';
    if (active !== name)
      problems.push(`at \`${probe}\` the active span is \`${active}\` instead of \`${name}\``);
  }
  return problems;
}

/** Without a context manager there are no parents, and attempts are not told apart. */
function withoutContexts(wanted: Expectation): Expectation {
  const spans = wanted.spans.map((span) => {
    const { parent: _parent, retries: _retries, ...rest } = span;
    return rest;
  });
  return {
    spans,
    ...(wanted.tokensMadeLater !== undefined && { tokensMadeLater: wanted.tokensMadeLater }),
  };
}

/** The lines of a call log say of each call what its span would. */
function checkLines(lines: readonly string[], wanted: Expectation): string[] {
  const problems = lines.filter((line) => line.includes(MARK)).map((line) => `content in a line: ${line}`);
  const told = lines.map((line) => {
    const { operation, model, outcome, error_type } = JSON.parse(line) as Record<string, string | undefined>;
    return [[operation, model].filter(Boolean).join(' '), outcome, error_type].join();
  });
  const expected = wanted.spans.map(({ name, outcome, errorType }) => [name, outcome, errorType].join());
  const [one, two] = [told.toSorted().join('; '), expected.toSorted().join('; ')];
  if (one !== two) problems.push(`lines of the call log: expected ${two}, got ${one}`);
  return problems;
}

/** Where usage is asked for, streams have tokens that no scenario speaks of. */
function withAnyTokens(wanted: Expectation): Expectation {
  return { ...wanted, spans: wanted.spans.map((span) => ({ ...span, tokens: 'any' })) };
}

/** Every call has exactly one ended span, and all signals say the same of it. */
export function checkTelemetry(
  scenario: Scenario,
  version: OpenAIVersion,
  surroundings: Surroundings,
  result: ScenarioResult,
): string[] {
  const wanted = typeof scenario.expect === 'function' ? scenario.expect(version) : scenario.expect;
  if (surroundings === 'nothing') return checkLines(result.lines, { spans: [] });
  if (surroundings === 'call-log') return checkLines(result.lines, wanted);
  const isWhole = hasContexts(surroundings);
  const spans = result.telemetry.spans.filter(({ scope }) => scope !== APP_SCOPE);
  const usual = isWhole ? wanted : withoutContexts(wanted);
  const told = surroundings === 'usage-injected' ? withAnyTokens(usual) : usual;
  const problems = [
    ...checkSpans(spans, told, result, isWhole),
    ...checkMetrics(spans, told, result, isWhole),
    ...checkRecords(spans, told, result),
    ...(isWhole ? checkActive(wanted, result) : []),
    ...checkContent(result),
    ...checkLines(result.lines, { spans: [] }),
  ];
  const open = result.telemetry.started - result.telemetry.spans.length;
  if (open !== 0) problems.push(`${open} spans never ended`);
  return problems;
}
