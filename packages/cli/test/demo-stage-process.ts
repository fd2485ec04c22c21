import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SimulatorCounts } from '@genvitals/openai-simulator';
import type { toReport } from '../src/demo/report.ts';
import type { Tally } from '../src/demo/tally.ts';

const STAGE = fileURLToPath(new URL('demo-stage.ts', import.meta.url));

/** What three sides know of one demo. */
export interface Staged {
  /** By the telemetry. */
  readonly report: ReturnType<typeof toReport>;
  /** By the visitors. */
  readonly tally: Tally;
  /** By the simulated API. */
  readonly counts: SimulatorCounts;
  /** How often the telemetry has a visitor's own id, and how many users it tells apart. */
  readonly ids: { readonly raw: number; readonly users: number };
}

/** @param app the demo's own where absent */
export async function stage(calls: number, seed: number, app?: URL): Promise<Staged> {
  const args = [String(calls), String(seed), ...(app === undefined ? [] : [fileURLToPath(app)])];
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@genvitals/source',
    STAGE,
    ...args,
  ]);
  return JSON.parse(stdout) as Staged;
}
