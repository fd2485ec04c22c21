import type { Attributes, MeterProvider, Span } from '@opentelemetry/api';
import type { Logger } from '@genvitals/context/host';

/** An openai class that was found in the process. */
export interface OpenAISeen {
  readonly version: string;
  /**
   * How its calls are seen: the request layer, the per-method fallback, or not at all; `bundled`: not, for no hook
   * sees what a bundler has built into the app.
   */
  readonly seam: 'request' | 'fallback' | 'bundled' | 'none';
  /** The file that defines the class; empty where it was given by hand, or is not known. */
  readonly file: string;
}

/** What the process around the instrumentation hears and decides. Nothing in it may throw. */
export interface Host {
  /** Before the first call of the process, synchronously: the last moment to register providers. */
  beforeFirstCall?(): void;
  onOpenAISeen?(seen: OpenAISeen): void;
  /** `http.route` of the enclosing server span, for calls whose app names no feature. */
  routeOf?: (serverSpan: Span) => string | undefined;
  /** The resource of the host's SDK, for the call line. */
  readonly resource?: Attributes;
  /**
   * The host's own: while calls are recorded with it, histograms are kept here, times per chunk among them, and
   * `histogramProducer` gives them to its readers.
   */
  readonly meterProvider?: MeterProvider;
  /** Takes the details of every call with its content, and is the only one that does where nothing else is set. */
  readonly judge?: Logger;
}
