import { isMainThread } from 'node:worker_threads';
import { readOptions } from '@genvitals/conventions';
import { endOpenCalls, type Host, setHost } from '@genvitals/instrumentation-openai/host';
import { createOwnership, type Ownership } from './ownership.ts';
import type { ProcessEnd } from './process-end.ts';
import { processState } from './process-state.ts';
import { createStartLine } from './start-line.ts';

/** What the end of a process may take longer with us than without: half a second, less what scheduling adds. */
const END_BUDGET_MS = 400;

export interface Steward extends Pick<Ownership, 'arm' | 'decide'> {
  /** Gets out what is recorded, synchronously: the process ends. */
  handOver(): void;
}

/** Looks after the telemetry of a process that uses openai: from the moment it was seen to the process's end. */
export function createSteward(host: Host, end: ProcessEnd): Steward {
  const { values: options } = readOptions(process.env);
  const ownership = createOwnership(options, {
    onReady: () => {
      if (options.console) startLine.begin();
    },
    onOurs: (sdk) => {
      processState().flush = sdk.flush;
      if (isMainThread) end.holdSignals();
      setHost({ ...host, meterProvider: sdk.meterProvider, resource: sdk.resource });
    },
    onYield: (sdk) => {
      processState().isYielded = true;
      // Metrics may stay ours: which provider a call is recorded with tells.
      setHost({ ...host, meterProvider: sdk.meterProvider });
    },
  });
  const startLine = createStartLine(ownership, options.semconv);

  let spentMs = 0;
  return {
    arm: ownership.arm,
    decide: ownership.decide,
    handOver: () => {
      const startedAt = performance.now();
      const leftMs = (): number => END_BUDGET_MS - spentMs - (performance.now() - startedAt);
      if (ownership.sdk !== undefined) {
        endOpenCalls();
        ownership.sdk.handOver(leftMs());
      }
      startLine.end(leftMs());
      spentMs += performance.now() - startedAt;
    },
  };
}
