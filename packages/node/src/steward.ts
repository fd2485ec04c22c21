import { isMainThread } from 'node:worker_threads';
import { createRequire } from 'node:module';
import { setContextHost } from '@genvitals/context/host';
import { readOptions } from '@genvitals/conventions';
import { endOpenCalls, type Host, seenOpenAI, setHost } from '@genvitals/instrumentation-openai/host';
import { say } from './notice.ts';
import { beginInvocation } from './invocation.ts';
import { createOwnership, type Owner, type Ownership } from './ownership.ts';
import type { ProcessEnd } from './process-end.ts';
import { processState } from './process-state.ts';
import type * as sdkModule from './sdk/index.ts';
import { isSdkDisabled } from './sdk-disabled.ts';
import { createStartLine } from './start-line.ts';

/** What the end of a process may take longer with us than without: half a second, less what scheduling adds. */
const END_BUDGET_MS = 400;

export interface Steward extends Pick<Ownership, 'arm' | 'decide'> {
  /** Gets out what is recorded, synchronously: the process ends. */
  handOver(): void;
}

/** Looks after the telemetry of a process that uses openai: from the moment it was seen to the process's end. */
export function createSteward(given: Host, end: ProcessEnd): Steward {
  const { values: options } = readOptions(process.env);
  let host = given;
  function extendHost(more: Partial<Host>): void {
    host = { ...host, ...more };
    setHost(host);
  }
  let isReady = false;
  /** A server may be ready before the openai is seen that the line tells of. */
  function beginStartLine(): void {
    if (options.console && isReady && seenOpenAI().length > 0) startLine.begin();
  }
  const ownership = createOwnership(options, {
    onReady: () => {
      isReady = true;
      beginStartLine();
    },
    onOurs: (sdk) => {
      processState().flush = sdk.flush;
      if (isMainThread) end.holdSignals();
      extendHost({ meterProvider: sdk.meterProvider, resource: sdk.resource });
    },
    onYield: (sdk) => {
      processState().isYielded = true;
      // Metrics may stay ours: which provider a call is recorded with tells.
      extendHost({ meterProvider: sdk.meterProvider });
    },
  });
  const startLine = createStartLine(ownership, options.semconv);

  let judgeLog: sdkModule.JudgeLog | undefined;
  /** Whoever provides OpenTelemetry: the judge has a log of its own. */
  function openJudgeLog(): void {
    const { judgeUrl: url, judgeToken: token } = options;
    if (url === undefined || judgeLog !== undefined || isSdkDisabled()) return;
    const { createJudgeLog } = createRequire(import.meta.url)('#sdk') as typeof sdkModule;
    judgeLog = createJudgeLog({ url, token }, ownership.sdk?.resource, say);
    processState().flushJudge = judgeLog.flush;
    if (isMainThread) end.holdSignals();
    extendHost({ judge: judgeLog.logger });
    setContextHost({ judge: judgeLog.logger });
  }

  function decide(): Owner {
    const owner = ownership.decide();
    openJudgeLog();
    return owner;
  }
  processState().beginInvocation = (facts) => {
    // As an incoming request does, which an invocation is by another way.
    decide();
    return beginInvocation(facts);
  };

  let spentMs = 0;
  return {
    arm: () => {
      ownership.arm();
      beginStartLine();
    },
    decide,
    handOver: () => {
      const startedAt = performance.now();
      const leftMs = (): number => END_BUDGET_MS - spentMs - (performance.now() - startedAt);
      if (ownership.sdk !== undefined || judgeLog !== undefined) endOpenCalls();
      // Both threads work while this one waits for the first.
      judgeLog?.send();
      ownership.sdk?.handOver(leftMs());
      judgeLog?.finish(leftMs());
      startLine.end(leftMs());
      spentMs += performance.now() - startedAt;
    },
  };
}
