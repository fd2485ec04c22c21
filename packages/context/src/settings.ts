import { type OptionValues, readOptions } from '@genvitals/conventions';
import { Diagnostics } from './diagnostics.ts';
import { processSlot } from './process-slot.ts';
import { WrittenIds } from './written-ids.ts';

/** What this package has of the settings of the process. */
export interface Settings {
  readonly options: OptionValues;
  readonly ids: WrittenIds;
  readonly diagnostics: Diagnostics;
}

/** Read at first use, for all copies of this package; a wrong one is told by whoever provides OpenTelemetry. */
export function settings(): Settings {
  const slot = processSlot();
  if (slot.settings === undefined) {
    const diagnostics = new Diagnostics();
    const { values } = readOptions(globalThis.process?.env ?? {});
    slot.settings = { options: values, ids: new WrittenIds(values, diagnostics), diagnostics };
  }
  return slot.settings;
}
