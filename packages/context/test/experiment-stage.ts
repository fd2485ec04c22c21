import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context, diag, DiagLogLevel, logs, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { onTestFinished } from 'vitest';

const SLOT: unique symbol = Symbol.for('genvitals.context.v1') as never;

export const GREETING = `# Why we try this.
hypothesis: A shorter greeting leads to more answers.
arms:
  control:
    prompt: { name: greeting, version: 3 } # as it is
  candidate:
    prompt: { name: greeting, version: 4 }
    parameters: { temperature: 0.2, tools: [search] }
split: 50/50
`;

/** A directory of files for genvitals that lives as long as the test. */
export function createDirectory(files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'genvitals-experiments-'));
  mkdirSync(join(directory, 'experiments'));
  for (const [name, text] of Object.entries(files)) writeFileSync(fileOf(directory, name), text);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function fileOf(directory: string, name: string): string {
  return join(directory, 'experiments', `${name}.yaml`);
}

export interface ExperimentStage {
  /** The attributes of what was told as `feature_flag.evaluation`. */
  exposures(): readonly object[];
  readonly spans: InMemorySpanExporter;
  readonly warnings: string[];
}

/** A process as it is at its start, with OpenTelemetry around it and nothing remembered of other tests. */
export function createExperimentStage(env: Readonly<Record<string, string>> = {}): ExperimentStage {
  Reflect.deleteProperty(globalThis, SLOT);
  const before = process.env;
  process.env = { ...before, ...env };
  const records = new InMemoryLogRecordExporter();
  const spans = new InMemorySpanExporter();
  const warnings: string[] = [];
  const ignore = (): undefined => undefined;
  diag.setLogger(
    { warn: (text) => warnings.push(text), error: ignore, info: ignore, debug: ignore, verbose: ignore },
    DiagLogLevel.WARN,
  );
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  logs.setGlobalLoggerProvider(
    new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] }),
  );
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }),
  );
  onTestFinished(() => {
    process.env = before;
    for (const api of [context, diag, logs, trace]) api.disable();
    Reflect.deleteProperty(globalThis, SLOT);
  });
  return {
    exposures: () =>
      records
        .getFinishedLogRecords()
        .filter(({ eventName }) => eventName === 'feature_flag.evaluation')
        .map(({ attributes }) => attributes),
    spans,
    warnings,
  };
}
