import type { Attributes } from '@opentelemetry/api';
import { attributes as ledger } from '@genvitals/conventions';
import type { Endpoint } from './endpoint.ts';
import type { Feature } from './feature.ts';
import type { Fields } from './fields.ts';
import type { Server } from './server.ts';
import { TOKEN_KINDS, type TokenKind, type TokenParts } from './tokens.ts';

/**
 * Our own counters: one row per label set, found by a few map look-ups a call and reported by observable
 * counters at collection. An SDK counter would hash its attributes at every `add` (1.0-1.5 µs each).
 */
export interface Cell {
  readonly attributes: Attributes;
  value: number;
}

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

const USAGE_TOTALS = ['input', 'output', 'cacheRead', 'cacheWrite', 'reasoning'] as const;
/** The usage counters of the latest conventions. */
export type UsageTotal = (typeof USAGE_TOTALS)[number];

/** More rows than this are folded into one whose model and feature are `other`. */
const ROW_CAP = 1500;
const OTHER = 'other';

function present(values: Record<string, string | number | undefined>): Attributes {
  const attributes: Attributes = {};
  for (const key of Object.keys(values)) {
    const value = values[key];
    if (value !== undefined) attributes[key] = value;
  }
  return attributes;
}

function cellAt(cells: Map<string, Cell>, key: string, toAttributes: () => Attributes): Cell {
  let cell = cells.get(key);
  if (cell === undefined) {
    cell = { attributes: toAttributes(), value: 0 };
    cells.set(key, cell);
  }
  return cell;
}

/** One cell at 0 a name. */
function cells<Name extends string>(
  names: readonly Name[],
  toAttributes: (name: Name) => Attributes,
): Readonly<Record<Name, Cell>> {
  const made: Partial<Record<Name, Cell>> = {};
  for (const name of names) made[name] = { attributes: toAttributes(name), value: 0 };
  return made as Record<Name, Cell>;
}

/** The totals of all calls that share operation, provider, models, feature and server. */
export class ResponseSeries {
  /** The call labels plus the server's: what the standard histograms carry. */
  readonly labels: Attributes;
  readonly calls = new Map<string, Cell>();
  readonly tokens: Readonly<Record<TokenKind, Cell>>;
  /** Totals for the usage counters of the latest conventions, whose cached and reasoning tokens are subsets. */
  readonly usage: Readonly<Record<UsageTotal, Cell>>;
  /** Rows of failed calls have no tokens to report. */
  hasTokens = false;
  readonly inputLabels: Attributes;
  readonly outputLabels: Attributes;
  readonly #callLabels: Attributes;
  readonly #durationLabels = new Map<string, Attributes>();
  readonly #errorLabels = new Map<string, Attributes>();

  constructor(callLabels: Attributes, serverLabels: Attributes) {
    this.#callLabels = callLabels;
    this.labels = { ...callLabels, ...serverLabels };
    this.inputLabels = { ...this.labels, [ledger.tokenType.key]: 'input' };
    this.outputLabels = { ...this.labels, [ledger.tokenType.key]: 'output' };
    this.tokens = cells(TOKEN_KINDS, (kind) => ({ ...callLabels, [ledger.tokenKind.key]: kind }));
    const usageLabels = { ...this.labels, [ledger.tokenModality.key]: 'unknown' };
    this.usage = cells(USAGE_TOTALS, () => usageLabels);
  }

  countCall(end: CallEnd): void {
    const key =
      end.errorType === undefined ? end.outcome : `${end.outcome} ${end.errorKind} ${end.errorType}`;
    cellAt(this.calls, key, () => ({ ...this.#callLabels, ...this.#endLabels(end) })).value++;
  }

  /** A row at 0, so that the first call of this outcome is an increase and not a birth. */
  open(end: CallEnd): void {
    cellAt(this.calls, end.outcome, () => ({ ...this.#callLabels, ...this.#endLabels(end) }));
  }

  countTokens(parts: TokenParts): void {
    this.hasTokens = true;
    for (const kind of TOKEN_KINDS) this.tokens[kind].value += parts[kind];
    this.usage.input.value +=
      parts.input + parts.cache_read + parts.cache_write + parts.audio_input + parts.image_input;
    this.usage.output.value += parts.output + parts.reasoning + parts.audio_output + parts.image_output;
    this.usage.cacheRead.value += parts.cache_read;
    this.usage.cacheWrite.value += parts.cache_write;
    this.usage.reasoning.value += parts.reasoning;
  }

  /** One shared, never changed object a label set: the SDK copies nothing it is given twice. */
  durationLabels(end: CallEnd): Attributes {
    const key = end.errorType ?? end.outcome;
    let labels = this.#durationLabels.get(key);
    if (labels === undefined) {
      labels = {
        ...this.labels,
        ...present({ [ledger.outcome.key]: end.outcome, [ledger.errorType.key]: end.errorType }),
      };
      this.#durationLabels.set(key, labels);
    }
    return labels;
  }

  /** As the duration's, without the outcome. */
  tokenLabels(errorType: string | undefined): Attributes {
    if (errorType === undefined) return this.labels;
    let labels = this.#errorLabels.get(errorType);
    if (labels === undefined) {
      labels = { ...this.labels, [ledger.errorType.key]: errorType };
      this.#errorLabels.set(errorType, labels);
    }
    return labels;
  }

  #endLabels(end: CallEnd): Attributes {
    return present({
      [ledger.outcome.key]: end.outcome,
      [ledger.errorKind.key]: end.errorKind,
      [ledger.errorType.key]: end.errorType,
    });
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
  readonly attempts = new Map<string, Cell>();
  readonly responses = new Map<string | undefined, ResponseSeries>();
  usageMissing: Cell | undefined;

  constructor(
    endpoint: Endpoint,
    server: Server,
    model: string | undefined,
    feature: Feature,
    fields: EndpointFields,
  ) {
    this.fields = fields;
    this.endpoint = endpoint;
    this.server = server;
    this.model = model;
    this.feature = feature;
    this.spanName = model === undefined ? endpoint.operation : `${endpoint.operation} ${model}`;
  }

  /** The row of a served model; undefined for calls that got no answer. */
  response(servedModel: string | undefined): ResponseSeries {
    let series = this.responses.get(servedModel);
    if (series === undefined) {
      series = new ResponseSeries(
        present({
          [ledger.operationName.key]: this.endpoint.operation,
          [ledger.providerName.key]: this.server.provider,
          [ledger.requestModel.key]: this.model,
          [ledger.responseModel.key]: servedModel,
          [ledger.featureName.key]: this.feature.name,
        }),
        present({
          [ledger.serverAddress.key]: this.server.address,
          [ledger.serverPort.key]: this.server.port,
        }),
      );
      // Counting one outcome opens its sibling at 0: an error ratio is 0 and not "no data" while all is well.
      series.open({ outcome: servedModel === undefined ? 'error' : 'success' });
      this.responses.set(servedModel, series);
      if (servedModel !== undefined) this.response(undefined);
    }
    return series;
  }

  countAttempt(status: number | undefined, errorType: string | undefined): void {
    cellAt(this.attempts, `${status} ${errorType}`, () =>
      present({
        [ledger.providerName.key]: this.server.provider,
        [ledger.requestModel.key]: this.model,
        [ledger.featureName.key]: this.feature.name,
        [ledger.httpResponseStatusCode.key]: status,
        [ledger.errorType.key]: errorType,
      }),
    ).value++;
  }

  countUsageMissing(): void {
    this.usageMissing ??= {
      attributes: present({
        [ledger.providerName.key]: this.server.provider,
        [ledger.requestModel.key]: this.model,
        [ledger.operationName.key]: this.endpoint.operation,
      }),
      value: 0,
    };
    this.usageMissing.value++;
  }
}

function descend<Key, Value>(map: Map<Key, Map<Value, unknown>>, key: Key): Map<Value, unknown> {
  let next = map.get(key);
  if (next === undefined) {
    next = new Map();
    map.set(key, next);
  }
  return next;
}

/** All rows of the process. */
export class SeriesTable {
  readonly #rows = new Map<Endpoint, Map<Server, unknown>>();
  readonly #all: RequestSeries[] = [];

  readonly #fieldsOf: (endpoint: Endpoint, provider: string) => EndpointFields;

  /** @param fieldsOf what to read off a call, by endpoint and provider. */
  constructor(fieldsOf: (endpoint: Endpoint, provider: string) => EndpointFields) {
    this.#fieldsOf = fieldsOf;
  }

  get all(): readonly RequestSeries[] {
    return this.#all;
  }

  request(endpoint: Endpoint, server: Server, model: string | undefined, feature: Feature): RequestSeries {
    const byServer = descend(this.#rows, endpoint);
    const byModel = descend(byServer as Map<Server, Map<string | undefined, unknown>>, server);
    const byFeature = descend(byModel as Map<string | undefined, Map<string, unknown>>, model) as Map<
      string,
      RequestSeries
    >;
    let series = byFeature.get(feature.name);
    if (series !== undefined) return series;
    if (this.#all.length >= ROW_CAP && feature.name !== OTHER) {
      return this.request(endpoint, server, OTHER, { name: OTHER, source: feature.source });
    }
    series = new RequestSeries(endpoint, server, model, feature, this.#fieldsOf(endpoint, server.provider));
    byFeature.set(feature.name, series);
    this.#all.push(series);
    return series;
  }
}
