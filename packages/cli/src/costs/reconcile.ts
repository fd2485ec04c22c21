import type { Command } from '../command.ts';
import { parseOptions } from '../options.ts';
import { reconcileOptions } from './reconcile-options.ts';

/** `genvitals costs reconcile`. */
export const costsReconcile: Command = {
  summary: "counted costs beside OpenAI's bill, and what differs",
  options: reconcileOptions,
  async run(args, surroundings) {
    const options = parseOptions(reconcileOptions, args);
    // Price data is loaded by who asks for it alone.
    const { reconcileCosts } = await import('./reconcile-costs.ts');
    return reconcileCosts(options, surroundings);
  },
};
