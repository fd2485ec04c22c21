import type {
  Attributes,
  Context,
  MeterProvider,
  Span,
  SpanKind,
  Tracer,
  TracerProvider,
} from '@opentelemetry/api';
import { type NamesMode, type OptionValues, schemaUrls } from '@genvitals/conventions';
import { Call, callOf } from './call.ts';
import { billedByRequest } from './call-cost.ts';
import type { CallLines } from './call-lines.ts';
import { addChunkTimes, type CallValues, recordCallValues } from './call-values.ts';
import { Counters } from './counters.ts';
import {
  areCallsKept,
  noteCall,
  attributionIn,
  type Diagnostics,
  isTracingSuppressed,
  type Logger,
  type LoggerProvider,
  readLoggerProvider,
  readSlots,
  spanOf,
  type WrittenIds,
} from '@genvitals/context/host';
import type { Ending, Endpoint, Usage } from './endpoint.ts';
import { FirstUsages } from './first-usages.ts';
import { type Feature, Features } from './feature.ts';
import { compileReaders, cut, readFields } from './fields.ts';
import type { Host } from './host-interface.ts';
import { HistogramTable, type OwnHistogram } from './histogram-table.ts';
import {
  chunkTimeHistograms,
  createInstruments,
  type InstrumentationInfo,
  type Instruments,
  SCOPE_NAME,
} from './instruments.ts';
import { isSpanOfCall } from './other-tracers.ts';
import type { ContentGate } from './content/gate.ts';
import type { Prices } from './prices.ts';
import { describePrompt } from './prompt-hash.ts';
import type { EndpointFields, RequestSeries, ResponseSeries } from './series.ts';
import { SeriesTable } from './series-table.ts';
import { type ClientShape, ServerTable } from './server.ts';
import { isCount } from './tokens.ts';
import { describeUser } from './user-id.ts';
import { type UsageKeys, usageKeys } from './usage-keys.ts';
import { VERSION } from './version.ts';
import {
  FEATURE_NAME,
  FEATURE_SOURCE,
  OPERATION_NAME,
  PROVIDER_NAME,
  SERVER_ADDRESS,
  SERVER_PORT,
  USER_ID,
} from './keys.ts';

/** The API's enum, without loading the API. */
const CLIENT_KIND = 2 as SpanKind.CLIENT;

/** The model that a request names, the same in the span's name, its attribute and the labels. */
function modelOf(params: unknown): string | undefined {
  try {
    const model: unknown = (params as { model?: unknown } | null | undefined)?.model;
    return typeof model === 'string' && model !== '' ? cut(model) : undefined;
  } catch {
    return undefined;
  }
}

/** Providers given by hand (`setTracerProvider` and its siblings); they win over the registered ones. */
export interface Providers {
  trace?: TracerProvider | undefined;
  metrics?: MeterProvider | undefined;
  logs?: LoggerProvider | undefined;
}

export interface RecorderOptions {
  readonly mode: NamesMode;
  readonly perChunk: OptionValues['perChunk'];
  /** The features that metrics may name; undefined for any. */
  readonly features: readonly string[] | undefined;
  readonly providers: OptionValues['providers'];
  readonly lines: CallLines | undefined;
  readonly prices: Prices;
  readonly ids: WrittenIds;
  readonly gate: ContentGate;
  readonly diagnostics: Diagnostics;
  readonly info: InstrumentationInfo;
}

/** Begins calls, and holds what they record with: the providers of the moment and the rows of counters. */
export class Recorder {
  readonly counters = new Counters();
  readonly histograms = new HistogramTable({
    cap: () => this.counters.cellCap,
    onFold: this.counters.countFold,
  });
  readonly #table: SeriesTable;
  readonly #servers: ServerTable;
  /** Calls that have not ended; what is left at the process's end is ended by the host. */
  readonly open = new Set<Call>();
  readonly lines: CallLines | undefined;
  readonly prices: Prices;
  readonly firstUsages = new FirstUsages();
  readonly gate: ContentGate;
  readonly providers: Providers = {};
  host: Host = {};
  logger: Logger | undefined;
  /** Where times per chunk go; undefined where they are not kept. */
  chunkTimes: readonly OwnHistogram[] | undefined;
  #instruments: Instruments | undefined;
  readonly #mode: NamesMode;
  readonly #perChunk: OptionValues['perChunk'];
  readonly #features: Features;
  readonly #ids: WrittenIds;
  readonly #diagnostics: Diagnostics;
  readonly #info: InstrumentationInfo;
  readonly #fields = new Map<string, EndpointFields>();
  readonly #usageKeys: readonly UsageKeys[];
  #tracer: Tracer | undefined;
  #tracerProvider: TracerProvider | undefined;
  #meterProvider: MeterProvider | undefined;
  /** Whether a meter provider has had the counters already. */
  #hasReported = false;
  #loggerProvider: LoggerProvider | undefined;

  constructor({
    mode,
    perChunk,
    features,
    providers,
    lines,
    prices,
    ids,
    gate,
    diagnostics,
    info,
  }: RecorderOptions) {
    this.#mode = mode;
    this.#perChunk = perChunk;
    this.#features = new Features(features);
    this.#ids = ids;
    this.#usageKeys = usageKeys(mode);
    if (perChunk === 'on') this.chunkTimes = chunkTimeHistograms(this.histograms, mode);
    this.lines = lines;
    this.prices = prices;
    this.gate = gate;
    this.#diagnostics = diagnostics;
    this.#info = info;
    this.#servers = new ServerTable(providers, this.counters.countFold);
    this.#table = new SeriesTable(this.counters, (endpoint, provider) => this.#fieldsOf(endpoint, provider));
  }

  /**
   * Looks who provides what now. Comparing three references a call is what following an app's late
   * registration costs.
   * @returns whether anybody would see a call
   */
  refresh(): boolean {
    const slots = readSlots();
    const trace = this.providers.trace ?? slots.trace;
    if (trace !== this.#tracerProvider) {
      this.#tracerProvider = trace;
      this.#tracer = trace?.getTracer(SCOPE_NAME, VERSION, { schemaUrl: schemaUrls[this.#mode] });
    }
    const metrics = this.providers.metrics ?? slots.metrics;
    if (metrics !== this.#meterProvider) {
      this.#meterProvider = metrics;
      this.#instruments?.release();
      this.#instruments = metrics === undefined ? undefined : this.#createInstruments(metrics);
    }
    const logs = this.providers.logs ?? readLoggerProvider();
    if (logs !== this.#loggerProvider) {
      this.#loggerProvider = logs;
      this.logger = logs?.getLogger(SCOPE_NAME, VERSION, { schemaUrl: schemaUrls[this.#mode] });
    }
    const hasProvider = trace !== undefined || metrics !== undefined || logs !== undefined;
    return hasProvider || this.lines !== undefined || this.gate.judge !== undefined;
  }

  /** Starts a call in `parent`; undefined where the app suppressed tracing or nothing could be begun. */
  begin(endpoint: Endpoint, client: ClientShape, params: unknown, parent: Context): Call | undefined {
    if (isTracingSuppressed(parent)) return undefined;
    const server = this.#servers.of(client);
    const said = attributionIn(parent);
    const feature = this.#features.of(parent, said, this.host.routeOf);
    const series = this.#table.request(endpoint, server, modelOf(params), feature);
    const attributes: Attributes = {
      [OPERATION_NAME]: endpoint.operation,
      [PROVIDER_NAME]: server.provider,
    };
    if (server.address !== undefined) attributes[SERVER_ADDRESS] = server.address;
    if (server.port !== undefined) attributes[SERVER_PORT] = server.port;
    readFields(series.fields.request, params, attributes);
    if (said !== undefined) Object.assign(attributes, said.attributes);
    attributes[FEATURE_NAME] = feature.name;
    attributes[FEATURE_SOURCE] = feature.source;
    describePrompt(endpoint, params, attributes);
    if (attributes[USER_ID] === undefined) describeUser(this.#ids, endpoint, params, attributes);

    const startEpochMs = Date.now();
    const span = this.#startSpan(series, attributes, parent, startEpochMs);
    const capture = this.gate.isOpen
      ? this.gate.begin(
          endpoint,
          params,
          { operation: endpoint.operation, model: series.model, feature: feature.name },
          { span, logger: this.logger, parent },
        )
      : undefined;
    const call = new Call(this, series, span, parent, attributes, startEpochMs, capture);
    this.open.add(call);
    if (areCallsKept() && endpoint.isInference) {
      call.noted = { span, responseId: undefined, feature: feature.name, attribution: said };
      noteCall(call.noted, parent);
    }
    if (endpoint.billedRequest !== undefined) call.billedRequest = billedByRequest(endpoint, params);
    if ((endpoint.usage ?? endpoint.billedRequest ?? endpoint.madeLater) !== undefined)
      this.prices.prepare(server.provider, series.model);
    return call;
  }

  /** The histograms of an ended call. */
  recordValues(endpoint: Endpoint, row: ResponseSeries, values: CallValues, context: Context): void {
    if (this.#instruments !== undefined) recordCallValues(this.#instruments, endpoint, row, values, context);
    if (this.chunkTimes !== undefined && values.chunkTimes !== undefined && endpoint.isInference)
      addChunkTimes(this.chunkTimes, row, values.chunkTimes);
  }

  /** A feature that was unknown at a call's start, and is known at its end. */
  lateFeature(series: RequestSeries, parent: Context): Feature | undefined {
    if (series.feature.source !== 'unset') return undefined;
    const feature = this.#features.of(parent, attributionIn(parent), this.host.routeOf);
    return feature.source === 'unset' ? undefined : feature;
  }

  /** The series that a call of another feature is counted in. */
  seriesOf({ endpoint, server, model }: RequestSeries, feature: Feature): RequestSeries {
    return this.#table.request(endpoint, server, model, feature);
  }

  usageOf(endpoint: Endpoint, result: unknown): Usage | undefined {
    try {
      return endpoint.usage?.(result);
    } catch {
      return undefined;
    }
  }

  endingOf(endpoint: Endpoint, result: unknown): Ending {
    try {
      return endpoint.ending?.(result) ?? { outcome: 'success' };
    } catch {
      return { outcome: 'success' };
    }
  }

  describeUsage(usage: Usage, target: Attributes): void {
    for (const { part, keys } of this.#usageKeys) {
      const count = usage[part];
      if (isCount(count)) for (const key of keys) target[key] = count;
    }
  }

  /** A fault of ours: said once, never thrown into the app. */
  complain(error: unknown): void {
    const reason =
      error instanceof Error ? `${error.name} ${error.stack?.split('\n')[1]?.trim()}` : typeof error;
    this.#diagnostics.warnOnce(
      'fault',
      `a call could not be recorded (${reason}); the app is not affected, please report this`,
    );
  }

  #createInstruments(provider: MeterProvider): Instruments {
    const isHosts = provider === this.host.meterProvider;
    const takesOver = this.#hasReported;
    this.#hasReported = true;
    if (this.#perChunk === 'auto')
      this.chunkTimes = isHosts ? chunkTimeHistograms(this.histograms, this.#mode) : undefined;
    return createInstruments(provider, {
      mode: this.#mode,
      counters: this.counters,
      info: this.#info,
      table: isHosts ? this.histograms : undefined,
      takesOver,
    });
  }

  #startSpan(
    series: RequestSeries,
    attributes: Attributes,
    parent: Context,
    startTime: number,
  ): Span | undefined {
    if (this.#tracer === undefined) return undefined;
    // Inside of a call of ours, another one is made by the app's own fetch: a call of its own.
    if (callOf(parent) === undefined && isSpanOfCall(spanOf(parent), series.endpoint.operation))
      return undefined;
    return this.#tracer.startSpan(series.spanName, { kind: CLIENT_KIND, attributes, startTime }, parent);
  }

  #fieldsOf(endpoint: Endpoint, provider: string): EndpointFields {
    const key = `${endpoint.name} ${provider}`;
    let fields = this.#fields.get(key);
    if (fields === undefined) {
      fields = {
        request: compileReaders(endpoint.request, this.#mode, provider),
        response: compileReaders(endpoint.response, this.#mode, provider),
      };
      this.#fields.set(key, fields);
    }
    return fields;
  }
}
