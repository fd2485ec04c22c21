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
import { callOf } from './call.ts';
import { addChunkTimes, type CallValues, recordCallValues } from './call-values.ts';
import type { Counters } from './counters.ts';
import type { Endpoint } from './endpoint.ts';
import { HistogramTable, type OwnHistogram } from './histogram-table.ts';
import {
  chunkTimeHistograms,
  createInstruments,
  type InstrumentationInfo,
  type Instruments,
  SCOPE_NAME,
} from './instruments.ts';
import {
  type Diagnostics,
  type Logger,
  type LoggerProvider,
  readLoggerProvider,
  readSlots,
} from '@genvitals/context/host';
import { OtherTracers } from './other-tracers.ts';
import type { RequestSeries, ResponseSeries } from './series.ts';
import { VERSION } from './version.ts';

/** The API's enum, without loading the API. */
const CLIENT_KIND = 2 as SpanKind.CLIENT;

/** Providers given by hand (`setTracerProvider` and its siblings); they win over the registered ones. */
export interface Providers {
  trace?: TracerProvider | undefined;
  metrics?: MeterProvider | undefined;
  logs?: LoggerProvider | undefined;
}

export interface SignalsOptions {
  readonly mode: NamesMode;
  readonly perChunk: OptionValues['perChunk'];
  readonly counters: Counters;
  readonly info: InstrumentationInfo;
  readonly diagnostics: Diagnostics;
  /** The host's own, whose readers take histograms from here. */
  readonly hostMeterProvider: () => MeterProvider | undefined;
}

/** What calls are told by: tracer, instruments and logger of whoever provides them at the moment. */
export class Signals {
  readonly providers: Providers = {};
  readonly histograms: HistogramTable;
  logger: Logger | undefined;
  /** Where times per chunk go; undefined where they are not kept. */
  chunkTimes: readonly OwnHistogram[] | undefined;
  readonly #mode: NamesMode;
  readonly #perChunk: OptionValues['perChunk'];
  readonly #counters: Counters;
  readonly #info: InstrumentationInfo;
  readonly #otherTracers: OtherTracers;
  readonly #hostMeterProvider: () => MeterProvider | undefined;
  #instruments: Instruments | undefined;
  #tracer: Tracer | undefined;
  #tracerProvider: TracerProvider | undefined;
  #meterProvider: MeterProvider | undefined;
  /** Whether a meter provider has had the counters already. */
  #hasReported = false;
  #loggerProvider: LoggerProvider | undefined;

  constructor({ mode, perChunk, counters, info, diagnostics, hostMeterProvider }: SignalsOptions) {
    this.#mode = mode;
    this.#perChunk = perChunk;
    this.#counters = counters;
    this.#info = info;
    this.#otherTracers = new OtherTracers(diagnostics);
    this.#hostMeterProvider = hostMeterProvider;
    this.histograms = new HistogramTable({ cap: () => counters.cellCap, onFold: counters.countFold });
    if (perChunk === 'on') this.chunkTimes = chunkTimeHistograms(this.histograms, mode);
  }

  /**
   * Looks who provides what now. Comparing three references a call is what following an app's late
   * registration costs.
   * @returns whether anybody provides anything
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
    return trace !== undefined || metrics !== undefined || logs !== undefined;
  }

  /** The span of a call; undefined where nobody provides a tracer, or another's span stands for the call. */
  startSpan(
    series: RequestSeries,
    client: object,
    attributes: Attributes,
    parent: Context,
    startTime: number,
  ): Span | undefined {
    if (this.#tracer === undefined) return undefined;
    // Inside of a call of ours, another one is made by the app's own fetch: a call of its own.
    const hasMetrics = this.#meterProvider !== undefined;
    const { operation } = series.endpoint;
    if (callOf(parent) === undefined && this.#otherTracers.standFor(operation, client, parent, hasMetrics))
      return undefined;
    return this.#tracer.startSpan(series.spanName, { kind: CLIENT_KIND, attributes, startTime }, parent);
  }

  /** The histograms of an ended call. */
  recordValues(endpoint: Endpoint, row: ResponseSeries, values: CallValues, context: Context): void {
    if (this.#instruments !== undefined) recordCallValues(this.#instruments, endpoint, row, values, context);
    if (this.chunkTimes !== undefined && values.chunkTimes !== undefined && endpoint.isInference)
      addChunkTimes(this.chunkTimes, row, values.chunkTimes);
  }

  #createInstruments(provider: MeterProvider): Instruments {
    const isHosts = provider === this.#hostMeterProvider();
    const takesOver = this.#hasReported;
    this.#hasReported = true;
    if (this.#perChunk === 'auto')
      this.chunkTimes = isHosts ? chunkTimeHistograms(this.histograms, this.#mode) : undefined;
    return createInstruments(provider, {
      mode: this.#mode,
      counters: this.#counters,
      info: this.#info,
      table: isHosts ? this.histograms : undefined,
      takesOver,
    });
  }
}
