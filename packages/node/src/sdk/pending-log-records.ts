import type { BatchLogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';

/**
 * Takes what a batch processor still holds. Its own `forceFlush()` exports after an await, which never comes back in
 * a process's exit event (the one for spans exports at once). It reads a private field of the SDK we build in.
 */
export function takePendingLogRecords(processor: BatchLogRecordProcessor): ReadableLogRecord[] {
  const { _finishedLogRecords } = processor as unknown as {
    readonly _finishedLogRecords: ReadableLogRecord[];
  };
  return _finishedLogRecords.splice(0);
}
