import { createRequire } from 'node:module';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type {
  Advice,
  Endpoint,
  ExporterThreadData,
  FromExporter,
  ProbeReport,
  Protocol,
  Signal,
  ToExporter,
} from '../exporter/messages.ts';

export interface ExportChannel {
  /** Starts the thread, if nothing has needed it so far. */
  start(): void;
  /** Hands one encoded export request over; the memory goes with it. */
  send(signal: Signal, body: Uint8Array): void;
  /** Resolves when everything sent so far was tried once, or after `timeoutMs`; keeps the process alive until then. */
  flush(timeoutMs: number): Promise<void>;
  /**
   * Blocks this thread until everything sent was tried once and a probe answered, at most `timeoutMs`; longer only
   * where the machine is so busy that the exporter's thread does not begin.
   */
  finish(timeoutMs: number): void;
  /** Asks the collector whether it is there, and reports when more is known; keeps nothing alive. */
  probe(onReport: (report: ProbeReport) => void): void;
}

/** What the exporter thread may see of the environment: no NODE_OPTIONS, or every preload would run in it too. */
const ENVIRONMENT = /^(?:OTEL_|NODE_USE_ENV_PROXY$|NODE_EXTRA_CA_CERTS$|(?:https?|no)_proxy$)/i;

function createThread(workerData: ExporterThreadData & { readonly port: MessagePort }): Worker {
  const thread = new Worker(createRequire(import.meta.url).resolve('#exporter'), {
    name: 'genvitals-exporter',
    argv: [],
    execArgv: [],
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => ENVIRONMENT.test(name))),
    workerData,
    transferList: [workerData.port],
  });
  thread.unref();
  return thread;
}

/** Some 300 calls of the largest content that there can be, of each signal. */
export const MAX_WAITING_CONTENT_BYTES = 64 * 1024 * 1024;

/** Of threads that begin at the process's end, as those of a short job do, on a machine that does ten things at once. */
const THREAD_START_TIMEOUT_MS = 2000;
/** What a collector has for its answer, once it was asked. */
const MIN_ANSWER_MS = 250;

export interface ChannelOptions {
  readonly protocols: Readonly<Partial<Record<Signal, Protocol>>>;
  readonly endpoint?: Endpoint;
  readonly maxWaitingBytes: number;
  readonly advice: Advice;
}

/**
 * Exporting happens in a thread of its own. So the last data is delivered while this thread sleeps in its exit
 * event, when nothing asynchronous runs here any more; and nobody's instrumentation traces our posts.
 */
export function createExportChannel(
  { protocols, endpoint, maxWaitingBytes, advice }: ChannelOptions,
  onTrouble: (key: string, sentence: string) => void,
): ExportChannel {
  const finished = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const { port1: port, port2 } = new MessageChannel();
  const waiting = new Map<number, () => void>();
  let onProbed: ((report: ProbeReport) => void) | undefined;
  let thread: Worker | undefined;
  let isBroken = false;
  let outstanding = 0;
  let lastId = 0;

  function report(found: ProbeReport): void {
    const tellOf = onProbed;
    if (found.isFinal) onProbed = undefined;
    tellOf?.(found);
  }

  function onBroken(error: Error): void {
    isBroken = true;
    report({ words: 'exporting nothing', isFinal: true });
    onTrouble(
      'exporter-thread',
      `the thread that exports telemetry does not run (${error.message}), so nothing is sent`,
    );
  }

  function start(): Worker | undefined {
    if (thread !== undefined || isBroken) return thread;
    try {
      thread = createThread({
        genvitalsExporter: true,
        protocols,
        endpoint,
        maxWaitingBytes,
        advice,
        finished,
        port: port2,
      });
      thread.on('error', onBroken);
      thread.on('exit', () => {
        isBroken = true;
      });
    } catch (error) {
      // Node's permission model may forbid threads.
      onBroken(error as Error);
    }
    return thread;
  }

  function receive(message: FromExporter): void {
    if (message.kind === 'settled') outstanding -= message.count;
    else if (message.kind === 'trouble') onTrouble(message.key, message.sentence);
    else if (message.kind === 'probed') report(message);
    else waiting.get(message.id)?.();
  }

  function tell(message: ToExporter, transfer: ArrayBuffer[] = []): void {
    const listener = start();
    if (!isBroken) listener?.postMessage(message, transfer);
  }

  async function attempt(timeoutMs: number): Promise<void> {
    const id = ++lastId;
    await new Promise<void>((resolve) => {
      tell({ kind: 'attempt', id });
      // The thread must not keep a process alive, but an answer that is waited for must.
      thread?.ref();
      const timer = setTimeout(resolve, isBroken ? 0 : timeoutMs);
      waiting.set(id, () => {
        clearTimeout(timer);
        resolve();
      });
    });
    waiting.delete(id);
    if (waiting.size === 0) thread?.unref();
  }

  port.on('message', receive);
  port.unref();

  return {
    start,
    send: (signal, body) => {
      outstanding += 1;
      const own = body.byteLength === body.buffer.byteLength ? body : body.slice();
      tell({ kind: 'export', signal, body: own }, [own.buffer as ArrayBuffer]);
    },
    flush: attempt,
    finish: (timeoutMs) => {
      const drain = (): void => {
        for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
          receive(next.message as FromExporter);
        }
      };
      drain();
      const isNothingAwaited = outstanding <= 0 && onProbed === undefined;
      if (isNothingAwaited || isBroken || timeoutMs <= 0) return;
      const round = Atomics.load(finished, 0) + 1;
      tell({ kind: 'finish', round });
      const startedAt = performance.now();
      Atomics.wait(finished, 1, round - 1, THREAD_START_TIMEOUT_MS);
      const leftMs = timeoutMs - (performance.now() - startedAt);
      // The time a busy machine takes is not the collector's.
      Atomics.wait(finished, 0, round - 1, Math.max(leftMs, Math.min(timeoutMs, MIN_ANSWER_MS)));
      drain();
    },
    probe: (onReport) => {
      onProbed = onReport;
      tell({ kind: 'probe' });
      if (isBroken) report({ words: 'exporting nothing', isFinal: true });
    },
  };
}
