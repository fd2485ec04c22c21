import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { yieldToLateSdk } from '../src/late-sdk.ts';
import { isAnyProviderRegistered, readSlots, replaceSlots, type Slots } from '../src/otel-slots.ts';

const API = Symbol.for('opentelemetry.js.api.1');
const globals = globalThis as { [API]?: Slots };

/** What every copy of the API does when it registers something. */
function register(type: 'trace' | 'diag', instance: object): boolean {
  const slots = (globals[API] = globals[API] ?? {});
  if (type !== 'diag' && slots[type] !== undefined) return false;
  slots[type] = instance as never;
  return true;
}

const nextMicrotask = (): Promise<void> => Promise.resolve();

describe('an SDK that starts after ours', () => {
  const ours = { version: '1.10.0', trace: { name: 'ours' }, metrics: { name: 'ours' } };
  let heard: string[] = [];

  beforeEach(() => {
    heard = [];
    replaceSlots({ ...ours });
    yieldToLateSdk({
      onYield: (taken) => heard.push(`yields ${taken.join(', ')}`),
      onRefusal: () => heard.push('refused'),
    });
  });
  afterEach(() => {
    delete globals[API];
  });

  test('finds the slots free, and what it leaves is ours again', async () => {
    const late = { name: 'late' };
    expect(register('trace', late)).toBe(true);
    await nextMicrotask();
    expect(heard).toEqual(['yields trace']);
    expect(readSlots()).toMatchObject({ trace: late, metrics: ours.metrics });
  });

  test('is given way to once: from then on the slots are plain again', async () => {
    register('trace', { name: 'late' });
    await nextMicrotask();
    expect(register('trace', { name: 'later' })).toBe(false);
    await nextMicrotask();
    expect(heard).toEqual(['yields trace']);
    expect(Object.getOwnPropertyDescriptor(globals, API)).toHaveProperty('value');
  });

  test('is no mere diag logger', async () => {
    register('diag', { warn: () => undefined });
    await nextMicrotask();
    expect(heard).toEqual([]);
    expect(readSlots()).toMatchObject(ours);
  });

  test('is told of where it could not be helped', async () => {
    // It looks into the slots and goes away: another version than its own stands there.
    globals[API] = globals[API] ?? {};
    await nextMicrotask();
    expect(heard).toEqual(['refused']);
    expect(readSlots()).toMatchObject(ours);
  });

  test('is not seen in what only reads', async () => {
    expect(isAnyProviderRegistered()).toBe(true);
    expect(globals[API]?.trace).toBe(ours.trace);
    await nextMicrotask();
    expect(heard).toEqual([]);
  });
});
