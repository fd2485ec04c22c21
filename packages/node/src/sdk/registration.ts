import {
  context,
  type LoggerProvider,
  logs,
  type MeterProvider,
  metrics,
  propagation,
  type TextMapPropagator,
  trace,
  type TracerProvider,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  isAnyProviderRegistered,
  legacyLoggerProvider,
  readSlots,
  replaceSlots,
  type SlotType,
} from '../otel-slots.ts';

export interface Providers {
  readonly tracerProvider: TracerProvider;
  readonly meterProvider: MeterProvider;
  readonly loggerProvider: LoggerProvider;
  readonly propagator: TextMapPropagator | undefined;
}

/**
 * Fills the global slots that are free. A slot that is taken stays as it is, and so stays silent: the API would
 * log a stack trace of our attempt.
 */
export function registerProviders(providers: Providers): void {
  // The API registers only into slots of its very own version, and a mere diag logger of another pins that. While
  // no provider is there, the slots may be begun anew; what was in them is put back.
  const kept = isAnyProviderRegistered() ? undefined : replaceSlots(undefined);
  const taken = { ...(kept ?? readSlots()) };

  function fill<Provider extends object>(
    type: SlotType,
    provider: Provider,
    register: (provider: Provider) => boolean,
  ): void {
    // Beside an SDK of another version the slot is filled by hand: what reads it accepts any version of 1.x.
    if (taken[type] === undefined && !register(provider)) readSlots()[type] = provider;
  }

  fill('context', new AsyncLocalStorageContextManager().enable(), (it) =>
    context.setGlobalContextManager(it),
  );
  if (providers.propagator !== undefined) {
    fill('propagation', providers.propagator, (it) => propagation.setGlobalPropagator(it));
  }
  fill('trace', providers.tracerProvider, (it) => trace.setGlobalTracerProvider(it));
  fill('metrics', providers.meterProvider, (it) => metrics.setGlobalMeterProvider(it));
  if (legacyLoggerProvider() === undefined) {
    fill('logs', providers.loggerProvider, (it) => logs.setGlobalLoggerProvider(it));
  }
  if (kept !== undefined) {
    const { version: _, ...entries } = kept;
    Object.assign(readSlots(), entries);
  }
}
