/** What passes between the app's thread and the exporter thread. */
export const signals = ['traces', 'metrics', 'logs'] as const;
export type Signal = (typeof signals)[number];

export type Protocol = 'http/json' | 'http/protobuf' | 'grpc';

/** What to do where nobody answers, and where what is sent is refused. */
export interface Advice {
  /** Whose trouble it is: that of one receiver is said once, whatever the signal. */
  readonly receiver: string;
  readonly whenDown: string;
  readonly whenRefused: string;
}

/** An address of ours, in place of those that OTEL_EXPORTER_OTLP_* give. */
export interface Endpoint {
  /** Without the path of a signal. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ExporterThreadData {
  /** Marks our own thread, so that a preload which runs in it too (NODE_OPTIONS) does nothing there. */
  readonly genvitalsExporter: true;
  readonly protocols: Readonly<Partial<Record<Signal, Protocol>>>;
  /** Where all of it goes; undefined where the environment says it. */
  readonly endpoint?: Endpoint | undefined;
  /** What may wait of each signal while nobody takes it. */
  readonly maxWaitingBytes: number;
  /** What people can do about its trouble. */
  readonly advice: Advice;
  /**
   * Cell 0 counts the finished `finish` requests, cell 1 those that were begun; the app's thread sleeps on them while
   * the process ends.
   */
  readonly finished: Int32Array;
}

/**
 * `attempt` tries everything that waits once and answers `attempted`; `finish` does so, and waits for the answer to a
 * `probe`, while the app's thread sleeps.
 */
export type ToExporter =
  | { readonly kind: 'export'; readonly signal: Signal; readonly body: Uint8Array }
  | { readonly kind: 'attempt'; readonly id: number }
  | { readonly kind: 'finish'; readonly round: number }
  | { readonly kind: 'probe' };

/** Where telemetry goes, in words; the final one says too whether anybody answers there. */
export interface ProbeReport {
  readonly words: string;
  readonly isFinal: boolean;
}

export type FromExporter =
  | { readonly kind: 'settled'; readonly count: number }
  | { readonly kind: 'attempted'; readonly id: number }
  | ({ readonly kind: 'probed' } & ProbeReport)
  | { readonly kind: 'trouble'; readonly key: string; readonly sentence: string };
