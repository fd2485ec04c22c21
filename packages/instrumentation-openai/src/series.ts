import type { Attributes } from '@opentelemetry/api';
import { CostSeries } from './cost-series.ts';
import type { Cell, Counters } from './counters.ts';
import type { Endpoint } from './endpoint.ts';
import type { Feature } from './feature.ts';
import type { Fields } from './fields.ts';
import { type Labels, OTHER } from '@genvitals/context/host';
import {
  ERROR_KIND,
  ERROR_TYPE,
  FEATURE_NAME,
  HTTP_RESPONSE_STATUS_CODE,
  OPERATION_NAME,
  OUTCOME,
  PROVIDER_NAME,
  RATE_LIMIT_KIND,
  REQUEST_MODEL,
  RESPONSE_MODEL,
  SERVER_ADDRESS,
  SERVER_PORT,
  TOKEN_KIND,
  TOKEN_MODALITY,
  TOKEN_TYPE,
} from './keys.ts';
import type { RateLimitGauge } from './rate-limit-gauge.ts';
import { RATE_LIMIT_KINDS, type RateLimitKind, type RateLimits } from './rate-limits.ts';
import type { Server } from './server.ts';
import { TOKEN_KINDS, type TokenKind, type TokenParts } from './tokens.ts';

/** What is read off an endpoint's requests and answers. */
export interface EndpointFields {
  readonly request: Fields;
  readonly response: Fields;
}

export interface CallEnd {
  readonly outcome: string;
  readonly errorKind?: string | undefined;
  readonly errorType?: string | undefined;
}

/** Served models of one row; a provider that names one for each answer must not fill the memory. */
const SERVED_MODEL_CAP = 100;

/** Kinds that are open from a row's first usage on; the others appear when a provider first sends one. */
const OPEN_KINDS: ReadonlySet<TokenKind> = new Set(['input', 'output', 'cache_read', 'reasoning']);

/** A value found by a key, made where it is missing. */
function at<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** The row of all calls that share operation, provider, models, feature and server. */
export class ResponseSeries {
  /** The call labels plus the server's: what the standard histograms carry; shared and never changed. */
  readonly labels: Attributes;
  readonly inputLabels: Attributes;
  readonly outputLabels: Attributes;
  readonly cost: CostSeries;
  readonly #counters: Counters;
  readonly #callLabels: Labels;
  readonly #calls = new Map<string, Cell>();
  readonly #tokens = new Map<TokenKind, Cell>();
  readonly #usage: Readonly<Record<keyof Counters['usage'], Cell>> | undefined;
  readonly #durationLabels = new Map<string, Attributes>();
  readonly #errorDurationLabels = new Map<string, Attributes>();
  readonly #errorTokenLabels = new Map<string, Attributes>();

  /** @param arm the labels that only our own counters have */
  constructor(
    counters: Counters,
    callLabels: Labels,
    serverLabels: Labels,
    arm: Labels,
    isInference: boolean,
  ) {
    this.#counters = counters;
    this.#callLabels = { ...callLabels, ...arm };
    this.cost = new CostSeries(counters, this.#callLabels);
    const { calls, tokens } = counters.histogramLabels;
    const labels = { ...callLabels, ...serverLabels };
    this.labels = calls.cell(labels).attributes;
    this.inputLabels = tokens.cell({ ...labels, [TOKEN_TYPE]: 'input' }).attributes;
    this.outputLabels = tokens.cell({ ...labels, [TOKEN_TYPE]: 'output' }).attributes;
    if (!isInference) return;
    const usageLabels = { ...callLabels, ...serverLabels, [TOKEN_MODALITY]: 'unknown' };
    const { input, output, cacheRead, cacheWrite, reasoning } = counters.usage;
    this.#usage = {
      input: input.cell(usageLabels),
      output: output.cell(usageLabels),
      cacheRead: cacheRead.cell(usageLabels),
      cacheWrite: cacheWrite.cell(usageLabels),
      reasoning: reasoning.cell(usageLabels),
    };
  }

  countCall(end: CallEnd): void {
    this.#callCell(end).value++;
  }

  /** A cell at 0, so that the first call of this outcome is an increase and not a birth. */
  open(end: CallEnd): void {
    this.#callCell(end);
  }

  countTokens(parts: TokenParts): void {
    for (const kind of TOKEN_KINDS) {
      const count = parts[kind];
      if (count === 0 && !OPEN_KINDS.has(kind)) continue;
      let cell = this.#tokens.get(kind);
      if (cell === undefined) {
        cell = this.#counters.tokens.cell({ ...this.#callLabels, [TOKEN_KIND]: kind });
        this.#tokens.set(kind, cell);
      }
      cell.value += count;
    }
    const usage = this.#usage;
    if (usage === undefined) return;
    usage.input.value +=
      parts.input + parts.cache_read + parts.cache_write + parts.audio_input + parts.image_input;
    usage.output.value += parts.output + parts.reasoning + parts.audio_output + parts.image_output;
    usage.cacheRead.value += parts.cache_read;
    usage.cacheWrite.value += parts.cache_write;
    usage.reasoning.value += parts.reasoning;
  }

  durationLabels(end: CallEnd): Attributes {
    // Two maps: an error's type is a word of the provider's, and may be that of an outcome.
    const labels = end.errorType === undefined ? this.#durationLabels : this.#errorDurationLabels;
    return at(
      labels,
      end.errorType ?? end.outcome,
      () =>
        this.#counters.histogramLabels.durations.cell({
          ...this.#plainLabels(),
          [OUTCOME]: end.outcome,
          [ERROR_TYPE]: end.errorType,
        }).attributes,
    );
  }

  /** As the duration's, without the outcome. */
  tokenLabels(errorType: string | undefined): Attributes {
    if (errorType === undefined) return this.labels;
    return at(
      this.#errorTokenLabels,
      errorType,
      () =>
        this.#counters.histogramLabels.calls.cell({ ...this.#plainLabels(), [ERROR_TYPE]: errorType })
          .attributes,
    );
  }

  #plainLabels(): Labels {
    return this.labels as Labels;
  }

  #callCell(end: CallEnd): Cell {
    const { outcome, errorKind, errorType } = end;
    const key = errorType === undefined ? outcome : `${outcome} ${errorKind} ${errorType}`;
    let cell = this.#calls.get(key);
    if (cell === undefined) {
      const labels = {
        ...this.#callLabels,
        [OUTCOME]: outcome,
        [ERROR_KIND]: errorKind,
        [ERROR_TYPE]: errorType,
      };
      cell = this.#counters.calls.cell(labels);
      this.#calls.set(key, cell);
    }
    return cell;
  }
}

/** What is known of a call's labels before its answer. */
export class RequestSeries {
  readonly spanName: string;
  readonly endpoint: Endpoint;
  readonly server: Server;
  readonly model: string | undefined;
  readonly feature: Feature;
  readonly fields: EndpointFields;
  readonly #counters: Counters;
  readonly #responses = new Map<string | undefined, ResponseSeries>();
  /** By status, else by what was thrown: a status settles its error type. */
  readonly #attempts = new Map<number | string | undefined, Cell>();
  readonly #rateLimits = new Map<RateLimitKind, RateLimitGauge>();

  constructor(
    counters: Counters,
    of: Pick<RequestSeries, 'endpoint' | 'server' | 'model' | 'feature'>,
    fields: EndpointFields,
  ) {
    this.#counters = counters;
    this.endpoint = of.endpoint;
    this.server = of.server;
    this.model = of.model;
    this.feature = of.feature;
    this.fields = fields;
    this.spanName = of.model === undefined ? of.endpoint.operation : `${of.endpoint.operation} ${of.model}`;
  }

  /** The row of a served model; undefined for calls that got no answer. */
  response(servedModel: string | undefined): ResponseSeries {
    const known = this.#responses.get(servedModel);
    if (known !== undefined) return known;
    if (this.#responses.size >= SERVED_MODEL_CAP && servedModel !== OTHER && servedModel !== undefined) {
      this.#counters.countFold(RESPONSE_MODEL);
      return this.response(OTHER);
    }
    const series = new ResponseSeries(
      this.#counters,
      {
        [OPERATION_NAME]: this.endpoint.operation,
        [PROVIDER_NAME]: this.server.provider,
        [REQUEST_MODEL]: this.model,
        [RESPONSE_MODEL]: servedModel,
        [FEATURE_NAME]: this.feature.label,
      },
      { [SERVER_ADDRESS]: this.server.address, [SERVER_PORT]: this.server.port },
      this.feature.arm,
      this.endpoint.isInference,
    );
    this.#responses.set(servedModel, series);
    // Counting one outcome opens its sibling at 0: an error ratio is 0 and not "no data" while all is well.
    if (servedModel !== undefined || !this.#namesModel) series.open({ outcome: 'success' });
    if (servedModel === undefined) series.open({ outcome: 'error' });
    if (servedModel !== undefined) this.response(undefined);
    if (this.endpoint.usage !== undefined) this.#usageMissingCell();
    return series;
  }

  /** Where answers name no model, those that came are in the row of those that did not. */
  get #namesModel(): boolean {
    return this.endpoint.response.responseModel !== undefined;
  }

  countAttempt(status: number | undefined, errorType: string | undefined): void {
    const key = status ?? errorType;
    let cell = this.#attempts.get(key);
    if (cell === undefined) {
      cell = this.#counters.attempts.cell({
        [PROVIDER_NAME]: this.server.provider,
        [REQUEST_MODEL]: this.model,
        [FEATURE_NAME]: this.feature.label,
        [HTTP_RESPONSE_STATUS_CODE]: status,
        [ERROR_TYPE]: errorType,
      });
      this.#attempts.set(key, cell);
    }
    cell.value++;
  }

  recordRateLimits(rateLimits: RateLimits, nowMs: number): void {
    for (const kind of RATE_LIMIT_KINDS) {
      const rateLimit = rateLimits[kind];
      if (rateLimit !== undefined)
        at(this.#rateLimits, kind, () => this.#rateLimitGauge(kind)).record(rateLimit, nowMs);
    }
  }

  #rateLimitGauge(kind: RateLimitKind): RateLimitGauge {
    return this.#counters.rateLimits.cell({
      [PROVIDER_NAME]: this.server.provider,
      [REQUEST_MODEL]: this.model,
      [SERVER_ADDRESS]: this.server.address,
      [RATE_LIMIT_KIND]: kind,
    }).value;
  }

  countUsageMissing(): void {
    this.#usageMissingCell().value++;
  }

  #usageMissingCell(): Cell {
    return this.#counters.usageMissing.cell({
      [PROVIDER_NAME]: this.server.provider,
      [REQUEST_MODEL]: this.model,
      [OPERATION_NAME]: this.endpoint.operation,
    });
  }
}
