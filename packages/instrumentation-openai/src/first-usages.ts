import type { Usage } from './endpoint.ts';
import { cut } from './fields.ts';
import type { RequestSeries } from './series.ts';
import { checkUsage } from './tokens.ts';

/** As many as a process may look after at one time, and more. */
const MAX_IDS = 10_000;

/** Usages of what is finished after the call that asked for it, each of which is counted once. */
export class FirstUsages {
  /** The oldest are forgotten first. */
  readonly #ids = new Set<string>();

  /** The usage that an answer is the first to bring; undefined where the call counts it as its own. */
  of({ endpoint, server }: Pick<RequestSeries, 'endpoint' | 'server'>, result: unknown): Usage | undefined {
    if (endpoint.madeLater === undefined || result === undefined) return undefined;
    try {
      const made = endpoint.madeLater(result);
      const usage = checkUsage(made?.usage);
      if (made === undefined || usage === undefined) return undefined;
      const isFirst = this.#add(cut(`${server.address} ${server.port} ${made.id}`));
      return isFirst && endpoint.usage === undefined ? usage : undefined;
    } catch {
      // An answer of a shape that its reader did not expect.
      return undefined;
    }
  }

  #add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    if (this.#ids.size >= MAX_IDS) {
      const [oldest] = this.#ids;
      if (oldest !== undefined) this.#ids.delete(oldest);
    }
    this.#ids.add(id);
    return true;
  }
}
