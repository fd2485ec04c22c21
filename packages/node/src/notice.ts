import { readSlots } from './otel-slots.ts';
import { processState } from './process-state.ts';

/**
 * Tells people one sentence, once a process: by OpenTelemetry's diag where a logger is set, else on stderr. Never
 * on stdout, and never more than a line: nobody asked us to speak.
 */
export function say(key: string, sentence: string): void {
  const { said } = processState();
  if (said.has(key)) return;
  said.add(key);
  try {
    const { diag } = readSlots();
    if (diag === undefined) process.stderr.write(`genvitals: ${sentence}\n`);
    else diag.warn(`genvitals: ${sentence}`);
  } catch {
    // Nobody is left to tell; the app must not hear of it.
  }
}
