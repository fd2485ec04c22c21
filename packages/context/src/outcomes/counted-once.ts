import { expiryMs } from '../feedback/current-call.ts';
import { Remembered } from '../feedback/remembered.ts';
import { processSlot } from '../process-slot.ts';

/** Of all outcomes together; the oldest is forgotten first. */
const OUTCOMES_CAP = 20_000;

/** Whether this is the first time in the process; from here on it is not. */
export function isFirst(key: string): boolean {
  const outcomes = (processSlot().outcomes ??= new Remembered(OUTCOMES_CAP));
  if (outcomes.get(key, expiryMs()) !== undefined) return false;
  outcomes.set(key, true);
  return true;
}
