import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSlots, type Slots, type SlotType, slotTypes, watchRegistrations } from './otel-slots.ts';

export interface LateSdkEvents {
  /** An SDK has taken these slots; the others are still ours. */
  onYield(taken: readonly SlotType[]): void;
  /** An SDK was refused, for its version of the API could not be found out. */
  onRefusal(): void;
}

/**
 * Gives way to an SDK that the app starts after ours: its registrations find the slots as if nobody had been
 * there, and whatever it does not take is ours again in the next microtask (all of it, where somebody only set a
 * diag logger). Without this none of the app's spans would reach its exporters, and its log would show errors.
 */
export function yieldToLateSdk({ onYield, onRefusal }: LateSdkEvents): void {
  let ours: Slots | undefined;
  const stopWatching = watchRegistrations((slots) => {
    if (ours !== undefined) return;
    ours = { ...slots };
    const version = versionOfCaller();
    for (const type of slotTypes) delete slots[type];
    // Slots of another version than its own refuse a registration.
    if (version !== undefined) slots.version = version;
    queueMicrotask(() => {
      settle(version !== undefined);
    });
  });

  function settle(isVersionKnown: boolean): void {
    const slots = readSlots();
    const mine = ours ?? {};
    const taken = slotTypes.filter((type) => mine[type] !== undefined && slots[type] !== undefined);
    for (const type of slotTypes) {
      const own = mine[type];
      if (own !== undefined) slots[type] ??= own;
    }
    ours = undefined;
    if (taken.length > 0) {
      stopWatching();
      onYield(taken);
      return;
    }
    if (mine.version !== undefined) slots.version = mine.version;
    if (!isVersionKnown && slots.diag === mine.diag) onRefusal();
  }
}

const FRAME = /\(?((?:file:\/\/)?\/[^():]+|[A-Z]:\\[^():]+):\d+:\d+\)?$/;

/** The version of the `@opentelemetry/api` whose code assigns the slots right now: the first frame not of this file. */
function versionOfCaller(): string | undefined {
  const files = (new Error().stack ?? '').split('\n').flatMap((line) => FRAME.exec(line)?.[1] ?? []);
  const own = files[0];
  const caller = files.find((file) => file !== own && /[\\/]@opentelemetry[\\/]api[\\/]/.test(file));
  if (caller === undefined) return undefined;
  let folder = path.dirname(caller.startsWith('file:') ? fileURLToPath(caller) : caller);
  while (folder !== path.dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<
        string,
        string
      >;
      if (name === '@opentelemetry/api') return version;
    } catch {
      // No package.json here; the next folder up.
    }
    folder = path.dirname(folder);
  }
  return undefined;
}
