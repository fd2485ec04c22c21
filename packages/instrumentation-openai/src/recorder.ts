import type { Attributes, Context } from '@opentelemetry/api';
import type { NamesMode, OptionValues } from '@genvitals/conventions';
import { Call } from './call.ts';
import { billedByRequest } from './call-cost.ts';
import type { CallLines } from './call-lines.ts';
import type { CallValues } from './call-values.ts';
import type { ContentGate } from './content/gate.ts';
import { Counters } from './counters.ts';
import type { Ending, Endpoint, Usage } from './endpoint.ts';
import { type Feature, Features } from './feature.ts';
import { FieldTable } from './field-table.ts';
import { modelOf, readFields } from './fields.ts';
import { FirstUsages } from './first-usages.ts';
import type { OwnHistogram } from './histogram-table.ts';
import type { Host } from './host-interface.ts';
import type { InstrumentationInfo } from './instruments.ts';
import {
  areCallsKept,
  attributionIn,
  describeFault,
  type Diagnostics,
  isTracingSuppressed,
  type Logger,
  noteCall,
  type WrittenIds,
} from '@genvitals/context/host';
import type { Prices } from './prices.ts';
import { describePrompt } from './prompt-hash.ts';
import type { RequestSeries, ResponseSeries } from './series.ts';
import { SeriesTable } from './series-table.ts';
import { type ClientShape, ServerTable } from './server.ts';
import { Signals } from './signals.ts';
import { isCount } from './tokens.ts';
import { describeUser } from './user-id.ts';
import { type UsageKeys, usageKeys } from './usage-keys.ts';
import {
  FEATURE_NAME,
  FEATURE_SOURCE,
  OPERATION_NAME,
  PROVIDER_NAME,
  SERVER_ADDRESS,
  SERVER_PORT,
  USER_ID,
} from './keys.ts';

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

/** Begins calls, and holds what they are recorded with: the signals and the rows of counters. */
export class Recorder {
  readonly counters = new Counters();
  readonly signals: Signals;
  /** Calls that have not ended; what is left at the process's end is ended by the host. */
  readonly open = new Set<Call>();
  readonly lines: CallLines | undefined;
  readonly prices: Prices;
  readonly firstUsages = new FirstUsages();
  readonly gate: ContentGate;
  host: Host = {};
  readonly #table: SeriesTable;
  readonly #servers: ServerTable;
  readonly #features: Features;
  readonly #ids: WrittenIds;
  readonly #diagnostics: Diagnostics;
  readonly #usageKeys: readonly UsageKeys[];

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
    this.signals = new Signals({
      mode,
      perChunk,
      counters: this.counters,
      info,
      diagnostics,
      hostMeterProvider: () => this.host.meterProvider,
    });
    this.lines = lines;
    this.prices = prices;
    this.gate = gate;
    this.#features = new Features(features);
    this.#ids = ids;
    this.#diagnostics = diagnostics;
    this.#usageKeys = usageKeys(mode);
    this.#servers = new ServerTable(providers, this.counters.countFold);
    const fields = new FieldTable(mode);
    this.#table = new SeriesTable(this.counters, (endpoint, provider) => fields.of(endpoint, provider));
  }

  get logger(): Logger | undefined {
    return this.signals.logger;
  }

  get chunkTimes(): readonly OwnHistogram[] | undefined {
    return this.signals.chunkTimes;
  }

  /** Looks who provides what now. @returns whether anybody would see a call */
  refresh(): boolean {
    const hasProvider = this.signals.refresh();
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
    const span = this.signals.startSpan(series, client, attributes, parent, startEpochMs);
    const capture = this.gate.isOpen()
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
    this.signals.recordValues(endpoint, row, values, context);
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
    this.#diagnostics.warnOnce(
      'fault',
      `a call could not be recorded (${describeFault(error)}); the app is not affected, please report this`,
    );
  }
}
