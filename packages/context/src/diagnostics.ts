import { readSlots } from './otel.ts';

/**
 * What the instrumentation tells people: one sentence, once a process. It goes to OpenTelemetry's diag
 * where a logger is set, else to stderr, never to stdout.
 */
export class Diagnostics {
  readonly #said = new Set<string>();

  /**
   * @param key what makes two sentences the same one, so that a repeated fault is said once
   * @param sentence made where it is said, if it is a function
   */
  warnOnce(key: string, sentence: string | (() => string)): void {
    if (this.#said.has(key)) return;
    this.#said.add(key);
    try {
      const words = typeof sentence === 'string' ? sentence : sentence();
      const diag = readSlots().diag;
      if (diag !== undefined) diag.warn(`genvitals: ${words}`);
      else globalThis.process?.stderr?.write(`genvitals: ${words}\n`);
    } catch {
      // Nothing left to tell it to; the app must not hear of it.
    }
  }
}
