import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { SCOPE_NAME } from './instruments.ts';
import { installHook } from './hook.ts';
import { getRuntime } from './runtime.ts';
import { VERSION } from './version.ts';

/** The part of OpenTelemetry's `InstrumentationConfig` that means something here. */
export interface OpenAIInstrumentationConfig {
  /** Whether calls are recorded; default true. */
  readonly enabled?: boolean;
}

/** A logger provider of either logs API; what a record may hold differs between the two, so it is left open. */
export interface AnyLoggerProvider {
  getLogger(
    name: string,
    version?: string,
    options?: { schemaUrl?: string },
  ): {
    emit(record: never): void;
  };
}

/**
 * What the API hands out before anything is registered. `registerInstrumentations` passes it on, and it
 * would stand in the way of what is registered later and found in the API's slots.
 */
function isPlaceholder(provider: object): boolean {
  return /^(?:Noop|Proxy)/.test(provider.constructor.name);
}

/**
 * The instrumentation as an object for `new NodeSDK({ instrumentations: [...] })` or
 * `registerInstrumentations`, of SDK 2.x and 3.x alike. Making it installs the module hook, so make it
 * before openai is loaded. All of them in a process share one set of hooks and counters.
 */
export class OpenAIInstrumentation {
  readonly instrumentationName: string = SCOPE_NAME;
  readonly instrumentationVersion: string = VERSION;
  #config: OpenAIInstrumentationConfig;

  constructor(config: OpenAIInstrumentationConfig = {}) {
    this.#config = config;
    installHook(getRuntime);
    if (config.enabled === false) this.disable();
  }

  enable(): void {
    getRuntime().isEnabled = true;
  }

  /** Calls begun before are still ended; later ones pass untouched. */
  disable(): void {
    getRuntime().isEnabled = false;
  }

  setTracerProvider(provider: TracerProvider): void {
    getRuntime().recorder.signals.providers.trace = isPlaceholder(provider) ? undefined : provider;
  }

  setMeterProvider(provider: MeterProvider): void {
    getRuntime().recorder.signals.providers.metrics = isPlaceholder(provider) ? undefined : provider;
  }

  setLoggerProvider(provider: AnyLoggerProvider): void {
    getRuntime().recorder.signals.providers.logs = isPlaceholder(provider) ? undefined : provider;
  }

  setConfig(config: OpenAIInstrumentationConfig): void {
    this.#config = config;
    getRuntime().isEnabled = config.enabled !== false;
  }

  getConfig(): OpenAIInstrumentationConfig {
    return this.#config;
  }
}
