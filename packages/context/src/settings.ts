import { type OptionValues, readOptions } from '@genvitals/conventions';
import { Diagnostics } from './diagnostics.ts';
import { WrittenIds } from './written-ids.ts';

/** What this package has of the settings of the process. */
interface Settings {
  readonly options: OptionValues;
  readonly ids: WrittenIds;
  readonly diagnostics: Diagnostics;
}

let read: Settings | undefined;

/** Settings are read at first use; a wrong one is told by whoever provides OpenTelemetry. */
export function settings(): Settings {
  if (read === undefined) {
    const diagnostics = new Diagnostics();
    const { values } = readOptions(globalThis.process?.env ?? {});
    read = { options: values, ids: new WrittenIds(values, diagnostics), diagnostics };
  }
  return read;
}

/** For tests: the next use reads the environment again. */
export function forgetSettings(): void {
  read = undefined;
}
