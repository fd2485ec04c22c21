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
import { isAnyProviderRegistered, readSlots, replaceSlots } from '../otel-slots.ts';
import type { Say } from './environment.ts';

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
export function registerProviders(providers: Providers, say: Say): void {
  // The API registers only into slots of its very own version, and a mere diag logger of another pins that. While
  // no provider is there, the slots may be begun anew; what was in them is put back.
  const kept = isAnyProviderRegistered() ? undefined : replaceSlots(undefined);
  const taken = kept ?? readSlots();
  const results: boolean[] = [];
  if (taken.context === undefined) {
    results.push(context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  }
  if (taken.propagation === undefined && providers.propagator !== undefined) {
    results.push(propagation.setGlobalPropagator(providers.propagator));
  }
  if (taken.trace === undefined) results.push(trace.setGlobalTracerProvider(providers.tracerProvider));
  if (taken.metrics === undefined) results.push(metrics.setGlobalMeterProvider(providers.meterProvider));
  if (taken.logs === undefined) {
    results.push(logs.setGlobalLoggerProvider(providers.loggerProvider));
  }
  if (kept !== undefined) {
    const { version: _, ...entries } = kept;
    Object.assign(readSlots(), entries);
  }
  if (results.includes(false)) {
    say(
      'registration',
      `another version of @opentelemetry/api (${taken.version}) is registered, so a part of our telemetry has no way out: bring the app to @opentelemetry/api 1.10, or set GENVITALS_SDK=off`,
    );
  }
}
