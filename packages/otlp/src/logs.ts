import { anyValue, attributes, type Attributes, type AttributeValue } from './attributes.ts';
import { enumeration, fixed32, spanId, string, traceId, uint32, unixNano } from './field-types.ts';
import { many, message, one } from './message.ts';
import { resource, scope, type Resource, type Scope } from './resource.ts';

/** Ids are lower-case hex, empty outside of a trace; a time of 0n was not sent. */
export interface LogRecord {
  timeUnixNano: bigint;
  observedTimeUnixNano: bigint;
  severityNumber: number;
  severityText: string;
  body: AttributeValue;
  attributes: Attributes;
  droppedAttributesCount: number;
  flags: number;
  traceId: string;
  spanId: string;
  /** Empty for a log line that is not an event. */
  eventName: string;
}

export interface ScopeLogs {
  scope: Scope;
  logRecords: LogRecord[];
  schemaUrl: string;
}

export interface ResourceLogs {
  resource: Resource;
  scopeLogs: ScopeLogs[];
  schemaUrl: string;
}

export interface LogsData {
  resourceLogs: ResourceLogs[];
}

const logRecord = message<LogRecord>({
  timeUnixNano: one(1, unixNano),
  observedTimeUnixNano: one(11, unixNano),
  severityNumber: one(2, enumeration),
  severityText: one(3, string),
  body: one(5, anyValue),
  attributes: attributes(6),
  droppedAttributesCount: one(7, uint32),
  flags: one(8, fixed32),
  traceId: one(9, traceId),
  spanId: one(10, spanId),
  eventName: one(12, string),
});

const scopeLogs = message<ScopeLogs>({
  scope: one(1, scope),
  logRecords: many(2, logRecord),
  schemaUrl: one(3, string),
});

const resourceLogs = message<ResourceLogs>({
  resource: one(1, resource),
  scopeLogs: many(2, scopeLogs),
  schemaUrl: one(3, string),
});

export const logsData = message<LogsData>({ resourceLogs: many(1, resourceLogs) });

/** Every log record of a request, with who sent it and what recorded it. */
export function* logRecordsIn(
  data: LogsData,
): Generator<{ resource: Resource; scope: Scope; logRecord: LogRecord }, void, undefined> {
  for (const { resource, scopeLogs } of data.resourceLogs) {
    for (const { scope, logRecords } of scopeLogs) {
      for (const logRecord of logRecords) yield { resource, scope, logRecord };
    }
  }
}
