import { expiryMs } from '../feedback/current-call.ts';
import { Remembered } from '../feedback/remembered.ts';
import { processSlot } from '../process-slot.ts';

/** Of all outcomes together; the oldest is forgotten first. */
const OUTCOMES_CAP = 20_000;

/**
 * Does what is done once in the process. Where that throws it was not done, and may be tried again.
 * @param key undefined to do it each time
 * @returns whether it was done
 */
export function once(key: string | undefined, act: () => void): boolean {
  const outcomes = (processSlot().outcomes ??= new Remembered(OUTCOMES_CAP));
  if (key !== undefined && outcomes.get(key, expiryMs()) !== undefined) return false;
  act();
  if (key !== undefined) outcomes.set(key, true);
  return true;
}
