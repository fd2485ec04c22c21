import type { Attributes } from '@opentelemetry/api';
import {
  attributes as ledger,
  CALL_LINE_MAX_BYTES,
  type CallLog,
  callLine,
  type CallLineRow,
} from '@genvitals/conventions';
import { consoleLine } from './console-line.ts';
import type { Diagnostics } from '@genvitals/context/host';

/** An ended call as the lines tell it. */
export interface CallRecord {
  /** When it ended, in ms since the epoch. */
  readonly timestamp: number;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly durationMs: number;
  readonly firstChunkMs: number | undefined;
  readonly retries: number;
  /** The failure in a few words of ours. */
  readonly error: string | undefined;
  /** All that the span has. */
  readonly attributes: Attributes;
}

/** Where the lines of calls go. */
export interface CallLines {
  write(record: CallRecord): void;
  /** What the lines say of the service; replaces what the environment said. */
  setResource(resource: Attributes): void;
}

type Field = keyof typeof callLine;
type Env = Readonly<Record<string, string | undefined>>;

const ROUND_MS = 1000;

function roundMs(ms: number): number {
  return Math.round(ms * ROUND_MS) / ROUND_MS;
}

/** Fields that are no attribute of the span. */
const COMPUTED: { readonly [Name in Field]?: (record: CallRecord) => unknown } = {
  timestamp: (record) => new Date(record.timestamp).toISOString(),
  level: (record) => (record.attributes[ledger.outcome.key] === 'error' ? 'error' : 'info'),
  trace_id: (record) => record.traceId,
  span_id: (record) => record.spanId,
  error: (record) => record.error,
  latency_ms: (record) => roundMs(record.durationMs),
  ttft_ms: (record) => (record.firstChunkMs === undefined ? undefined : roundMs(record.firstChunkMs)),
  retries: (record) => record.retries,
  finish_reason: (record) => {
    const reasons = record.attributes[ledger.responseFinishReasons.key];
    return Array.isArray(reasons) ? reasons.join(',') : undefined;
  },
};

/** OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME, where no host tells what the resource is. */
function resourceOf(env: Env): Attributes {
  const resource: Attributes = {};
  for (const pair of (env['OTEL_RESOURCE_ATTRIBUTES'] ?? '').split(',')) {
    const equals = pair.indexOf('=');
    if (equals <= 0) continue;
    try {
      resource[pair.slice(0, equals).trim()] = decodeURIComponent(pair.slice(equals + 1).trim());
    } catch {
      // A badly encoded value is the SDK's to complain of.
    }
  }
  const name = env['OTEL_SERVICE_NAME'];
  if (name !== undefined && name !== '') resource[ledger.serviceName.key] = name;
  return resource;
}

function toJsonLine(record: CallRecord, resource: Attributes): string {
  const line: Record<string, unknown> = {};
  for (const [field, row] of Object.entries(callLine) as [Field, CallLineRow][]) {
    const compute = COMPUTED[field];
    const source = row.isResource === true ? resource : record.attributes;
    const value = compute === undefined ? row.from && source[ledger[row.from].key] : compute(record);
    if (value !== undefined) line[field] = value;
  }
  let text = `${JSON.stringify(line)}\n`;
  // Only words of an app's or a provider's own making can be this long: the longest are left out first.
  for (const field of Buffer.byteLength(text) <= CALL_LINE_MAX_BYTES ? [] : optionalFields(line)) {
    delete line[field];
    text = `${JSON.stringify(line)}\n`;
    if (Buffer.byteLength(text) <= CALL_LINE_MAX_BYTES) break;
  }
  return text;
}

/** The fields that a line may lack, the longest first. */
function optionalFields(line: Record<string, unknown>): string[] {
  const length = (field: string): number => JSON.stringify(line[field]).length;
  return Object.keys(line)
    .filter((field) => (callLine[field as Field] as CallLineRow).isRequired !== true)
    .toSorted((a, b) => length(b) - length(a));
}

type Sink = (text: string) => void;

function streamSink(name: 'stdout' | 'stderr'): Sink {
  return (text) => {
    globalThis.process?.[name]?.write(text);
  };
}

/** One `write` a line on a file opened for appending, so that lines of several processes do not mix. */
function fileSink(path: string, diagnostics: Diagnostics): Sink {
  const fs = globalThis.process?.getBuiltinModule?.('node:fs');
  let descriptor: number | undefined;
  let hasFailed = fs === undefined;
  return (text) => {
    if (hasFailed || fs === undefined) return;
    try {
      descriptor ??= fs.openSync(path, 'a');
      fs.writeSync(descriptor, text);
    } catch (error) {
      hasFailed = true;
      const { code } = error as { code?: string };
      diagnostics.warnOnce(
        'call log',
        `GENVITALS_CALL_LOG cannot be written (${code}): no call lines from now on; give a path that this process may write.`,
      );
    }
  };
}

function jsonSink(callLog: CallLog, diagnostics: Diagnostics): Sink | undefined {
  if (callLog.to === 'off') return undefined;
  return callLog.to === 'file' ? fileSink(callLog.path, diagnostics) : streamSink(callLog.to);
}

/** The lines that the options ask for; undefined where they ask for none. */
export function createCallLines(
  options: { readonly callLog: CallLog; readonly console: boolean },
  env: Env,
  diagnostics: Diagnostics,
): CallLines | undefined {
  const json = jsonSink(options.callLog, diagnostics);
  const people = options.console ? streamSink('stderr') : undefined;
  if (json === undefined && people === undefined) return undefined;
  let resource = resourceOf(env);
  return {
    write(record) {
      json?.(toJsonLine(record, resource));
      people?.(consoleLine(record));
    },
    setResource(told) {
      resource = told;
    },
  };
}
