import { createRequire } from 'node:module';
import { context, diag, type DiagLogger, DiagLogLevel, logs, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  DataPointType,
  type ResourceMetrics,
  MeterProvider,
  MetricReader,
  type MetricReaderOptions,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { instrument } from '@genvitals/instrumentation-openai';
import {
  histogramProducer,
  type Host,
  setHost,
  type Temporality,
} from '@genvitals/instrumentation-openai/host';
import type OpenAIClient from 'openai';
import type { AzureOpenAI, ClientOptions } from 'openai';
import { expect, onTestFinished } from 'vitest';
import { createProviderServer, type ProviderServer, type Reply } from './provider-server.ts';

const require = createRequire(import.meta.url);
const SLOT = Symbol.for('genvitals.openai.v1');
const WORDS_SLOT: unique symbol = Symbol.for('genvitals.context.v1') as never;
const SCOPE = '@genvitals/instrumentation-openai';
/** The modules of openai that are made anew for each stage: those that hold what gets patched. */
const PATCHED_MODULES = /[/\\]openai[/\\](?:client|index|azure|bedrock|core[/\\]api-promise)\.js$/;

type OpenAIModule = typeof OpenAIClient & {
  readonly OpenAI: typeof OpenAIClient;
  readonly AzureOpenAI: typeof AzureOpenAI;
};

export const USER_MESSAGE = { role: 'user', content: 'Hi' } as const;
/** The smallest request there is. */
export const CHAT = { model: 'gpt-4o-mini', messages: [USER_MESSAGE] };

/** An openai that nobody has patched: real code, loaded once more. */
export function loadFreshOpenAI(): OpenAIModule {
  for (const path of Object.keys(require.cache)) if (PATCHED_MODULES.test(path)) delete require.cache[path];
  return require('openai') as OpenAIModule;
}

class StageReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** One point of one metric, as it would be exported. */
export interface Point {
  readonly metric: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The value of a counter or gauge; how many values a histogram has. */
  readonly value: number;
  readonly sum?: number;
  readonly bounds?: readonly number[];
  readonly counts?: readonly number[];
}

export interface StageOptions {
  /** GENVITALS_* and OTEL_* of the process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly sampler?: Sampler;
  /** Signals that the app's SDK does not have. */
  readonly without?: readonly ('trace' | 'metrics' | 'logs' | 'context' | 'diag')[];
  readonly host?: Host;
  /** The SDK is the host's own, as that of @genvitals/node is; its reader takes histograms from us. */
  readonly ownsSdk?: boolean;
  /** Whether, and how, the reader takes histograms from us; as totals where the SDK is the host's own. */
  readonly takesHistograms?: Temporality;
  /** What may be said of problems; anything else that is said fails the test. */
  readonly diagnostics?: readonly (string | RegExp)[];
}

/** An app with an SDK 3 of its own and the real client, patched by hand, and the provider it talks to. */
export interface Stage {
  readonly server: ProviderServer;
  readonly openai: OpenAIModule;
  readonly OpenAI: typeof OpenAIClient;
  /** A client of the stage's server that does not retry, unless told otherwise. */
  client(options?: ClientOptions): OpenAIClient;
  /** The next answers of the server. */
  script(...replies: Reply[]): void;
  /** Ended spans of ours, in the order of their ends. */
  spans(): readonly ReadableSpan[];
  /** Those of the app too. */
  allSpans(): readonly ReadableSpan[];
  /** The one span there is. */
  span(): ReadableSpan;
  events(): readonly ReadableLogRecord[];
  event(): ReadableLogRecord;
  /** Running totals, by collecting as a reader would. */
  points(metric?: string): Promise<readonly Point[]>;
  collect(): Promise<ResourceMetrics>;
  /** Warnings and errors so far. */
  said(): readonly string[];
  readonly tracerProvider: TracerProvider;
  readonly meterProvider: MeterProvider;
  readonly loggerProvider: LoggerProvider;
}

function toPoints({ scopeMetrics }: ResourceMetrics): Point[] {
  return scopeMetrics
    .filter(({ scope }) => scope.name === SCOPE)
    .flatMap(({ metrics: found }) =>
      found.flatMap((metric): Point[] => {
        const { name, unit } = metric.descriptor;
        if (metric.dataPointType === DataPointType.HISTOGRAM) {
          return metric.dataPoints.map(({ attributes, value }) => ({
            metric: name,
            unit,
            attributes,
            value: value.count,
            sum: value.sum ?? 0,
            bounds: value.buckets.boundaries,
            counts: value.buckets.counts,
          }));
        }
        if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM)
          throw new Error(`${name} is exponential`);
        return metric.dataPoints.map(({ attributes, value }) => ({ metric: name, unit, attributes, value }));
      }),
    );
}

function setEnv(env: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

/** Forgets what a process would keep until its end. */
function leaveProcess(): void {
  trace.disable();
  metrics.disable();
  logs.disable();
  context.disable();
  diag.disable();
  delete (globalThis as { [SLOT]?: unknown })[SLOT];
  delete (globalThis as { [WORDS_SLOT]?: unknown })[WORDS_SLOT];
}

function only<T>(things: readonly T[]): T {
  expect(things).toHaveLength(1);
  return things[0] as T;
}

/** Starts what would be a process of its own: nothing of the stage before is left. */
export async function createStage(options: StageOptions = {}): Promise<Stage> {
  const without = new Set(options.without);
  const server = await createProviderServer();
  leaveProcess();
  // The stage's server plays OpenAI's, unless a test says otherwise.
  const restoreEnv = setEnv({ GENVITALS_PROVIDERS: '127.0.0.1=openai', ...options.env });
  const said: string[] = [];
  const note = (message: string): void => void said.push(message);
  const silent = (): void => undefined;
  const logger: DiagLogger = { error: note, warn: note, info: silent, debug: silent, verbose: silent };
  if (!without.has('diag'))
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });

  const spanExporter = new InMemorySpanExporter();
  const recordExporter = new InMemoryLogRecordExporter();
  const temporality = options.takesHistograms ?? (options.ownsSdk === true ? 'cumulative' : undefined);
  const readerOptions: MetricReaderOptions = {
    aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE,
    // As @genvitals/node sets it for its SDK.
    ...(options.ownsSdk === true && { cardinalitySelector: () => 20_000 }),
    ...(temporality === undefined ? {} : { metricProducers: [histogramProducer(temporality) as never] }),
  };
  const reader = new StageReader(readerOptions);
  const tracerProvider = new TracerProvider({
    ...(options.sampler === undefined ? {} : { sampler: options.sampler }),
    spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })],
  });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const loggerProvider = new LoggerProvider({
    processors: [new SimpleLogRecordProcessor({ exporter: recordExporter })],
  });
  if (options.host !== undefined || options.ownsSdk === true)
    setHost({ ...options.host, ...(options.ownsSdk === true ? { meterProvider } : {}) });
  const openai = loadFreshOpenAI();
  instrument(openai.OpenAI);
  if (!without.has('context'))
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  if (!without.has('trace')) trace.setGlobalTracerProvider(tracerProvider);
  if (!without.has('metrics')) metrics.setGlobalMeterProvider(meterProvider);
  if (!without.has('logs')) logs.setGlobalLoggerProvider(loggerProvider);

  const collect = async (): Promise<ResourceMetrics> => {
    const { resourceMetrics, errors } = await reader.collect();
    expect(errors).toEqual([]);
    return resourceMetrics;
  };

  onTestFinished(async () => {
    await server.close();
    restoreEnv();
    leaveProcess();
    const expected = options.diagnostics ?? [];
    const isExpected = (message: string): boolean =>
      expected.some((one) => (typeof one === 'string' ? message.includes(one) : one.test(message)));
    expect(
      said.filter((message) => !isExpected(message)),
      'what was said of problems',
    ).toEqual([]);
  });

  const spans = (): readonly ReadableSpan[] =>
    spanExporter.getFinishedSpans().filter(({ instrumentationScope }) => instrumentationScope.name === SCOPE);
  return {
    openai,
    OpenAI: openai.OpenAI,
    server,
    client: (clientOptions) =>
      new openai.OpenAI({
        apiKey: 'sk-test',
        baseURL: server.url,
        maxRetries: 0,
        logLevel: 'off',
        ...clientOptions,
      }),
    script: (...replies) => {
      server.script(...replies);
    },
    spans,
    allSpans: () => spanExporter.getFinishedSpans(),
    span: () => only(spans()),
    events: () => recordExporter.getFinishedLogRecords(),
    event: () => only(recordExporter.getFinishedLogRecords()),
    async points(metric) {
      const found = toPoints(await collect());
      return metric === undefined ? found : found.filter((point) => point.metric === metric);
    },
    collect,
    said: () => said,
    tracerProvider,
    meterProvider,
    loggerProvider,
  };
}
