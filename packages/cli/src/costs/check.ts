import type { Command } from '../command.ts';
import { parseOptions } from '../options.ts';
import { checkOptions } from './check-options.ts';

/** `genvitals costs check`. */
export const costsCheck: Command = {
  summary: 'which prices are old, and where another list has others',
  options: checkOptions,
  async run(args, surroundings) {
    const options = parseOptions(checkOptions, args);
    // Price data is loaded by who asks for it alone.
    const { checkPrices } = await import('./check-prices.ts');
    return checkPrices(options, surroundings);
  },
};
