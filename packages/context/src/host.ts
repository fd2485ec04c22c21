/** For genvitals' own packages, which build it in: what they share with this one. */
import type { ContextHost } from './host-interface.ts';
import { processSlot } from './process-slot.ts';

export { ARM_KEYS, type ArmLabels, Attribution, attributionIn } from './attribution.ts';
export { AttributionSpanProcessor } from './attribution-processor.ts';
export type { ContentCase, ContentPassage, ContentValues, PassedContent } from './content-passage.ts';
export { reportCounter } from './counter-report.ts';
export { Diagnostics } from './diagnostics.ts';
export { describeFault } from './fault.ts';
export type { ContextHost } from './host-interface.ts';
export { areCallsKept, keepLastCalls, lastCall, noteCall, type NotedCall } from './last-calls.ts';
export { type Cell, type Labels, LabelSets, type LabelSetsOptions, OTHER, present } from './label-sets.ts';
export {
  activeContext,
  hasContextManager,
  isTracingSuppressed,
  type Logger,
  type LoggerProvider,
  readLoggerProvider,
  readSlots,
  runIn,
  serverRequestOf,
  SPAN_KEY,
  spanOf,
} from './otel.ts';
export { promptHash } from './prompt-hash.ts';
export { WrittenIds } from './written-ids.ts';

/** Tells this package what the process around it decides; what is given again replaces what was given before. */
export function setContextHost(host: ContextHost): void {
  const slot = processSlot();
  slot.host = { ...slot.host, ...host };
}
