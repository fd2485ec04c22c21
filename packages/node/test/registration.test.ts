import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, test } from 'vitest';
import { readSlots, replaceSlots } from '../src/otel-slots.ts';
import { type Providers, registerProviders } from '../src/sdk/registration.ts';

const LEGACY_LOGS = Symbol.for('io.opentelemetry.js.api.logs');
const ours: Providers = {
  tracerProvider: new TracerProvider({}),
  meterProvider: new MeterProvider({}),
  loggerProvider: new LoggerProvider({}),
  propagator: undefined,
};

afterEach(() => {
  replaceSlots(undefined);
  Reflect.deleteProperty(globalThis, LEGACY_LOGS);
});

describe('registering our providers', () => {
  test('beside a tracer provider of another version of the API fills the slots that are free', () => {
    const theirs = { getTracer: () => undefined };
    replaceSlots({ version: '1.9.1', trace: theirs });
    registerProviders(ours);
    const { version, trace, metrics, logs, context } = readSlots();
    expect(version).toBe('1.9.1');
    expect(trace).toBe(theirs);
    expect(metrics).toBe(ours.meterProvider);
    expect(logs).toBe(ours.loggerProvider);
    expect(context).toBeDefined();
  });

  test('leaves the logs to a provider of the logs API of SDK 2.x', () => {
    Object.assign(globalThis, { [LEGACY_LOGS]: () => ({}) });
    registerProviders(ours);
    expect(readSlots().logs).toBeUndefined();
    expect(readSlots().metrics).toBe(ours.meterProvider);
  });

  test('keeps the logger of another version that was set before any provider', () => {
    const diag = { warn: () => undefined };
    replaceSlots({ version: '1.9.1', diag });
    registerProviders(ours);
    expect(readSlots().diag).toBe(diag);
    expect(readSlots().metrics).toBe(ours.meterProvider);
    expect(readSlots().version).not.toBe('1.9.1');
  });
});
