import type { Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { createLogBatches } from './batching.ts';
import type { Say } from './environment.ts';
import { createExportChannel, MAX_WAITING_CONTENT_BYTES } from './export-channel.ts';
import { createLogExporter } from './exporters.ts';
import { createResource } from './resource.ts';

/** Where the judge is, and what it knows this app by. */
export interface JudgeAddress {
  readonly url: string;
  readonly token: string | undefined;
}

/** A log of our own: the only way by which content leaves where nothing else is asked for. */
export interface JudgeLog {
  readonly logger: ReturnType<LoggerProvider['getLogger']>;
  /** Resolves when everything recorded was tried once, or after `timeoutMs`. */
  flush(timeoutMs: number): Promise<void>;
  /** Hands over what is recorded, at once. */
  send(): void;
  /** Blocks until everything was tried once, at most `timeoutMs`: for the end of the process. */
  finish(timeoutMs: number): void;
}

const EXPORT_DELAY_MS = 1000;
const PROTOCOL = 'http/protobuf';

/** @param resource of the SDK that is ours, so that its calls and what the judge gets have one instance */
export function createJudgeLog(
  { url, token }: JudgeAddress,
  resource: Attributes | undefined,
  say: Say,
): JudgeLog {
  const channel = createExportChannel(
    {
      protocols: { logs: PROTOCOL },
      endpoint: { url, headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } },
      maxWaitingBytes: MAX_WAITING_CONTENT_BYTES,
      advice: {
        receiver: 'judge',
        whenDown: 'Start the judge there, or correct or unset GENVITALS_JUDGE_URL',
        whenRefused: 'check GENVITALS_JUDGE_URL and GENVITALS_JUDGE_TOKEN',
      },
    },
    say,
  );
  const batches = createLogBatches(
    createLogExporter(channel, PROTOCOL),
    { scheduledDelayMillis: EXPORT_DELAY_MS },
    true,
  );
  const provider = new LoggerProvider({
    resource: resource === undefined ? createResource() : resourceFromAttributes(resource),
    processors: [batches],
  });
  return {
    logger: provider.getLogger('@genvitals/instrumentation-openai'),
    flush: async (timeoutMs) => {
      batches.handOver();
      await channel.flush(timeoutMs);
    },
    send: batches.handOver,
    finish: channel.finish,
  };
}
