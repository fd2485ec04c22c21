import type * as pricingModule from '@genvitals/pricing';
import type { Cost, Pricer, PriceQuery } from '@genvitals/pricing';
import type * as userPricesModule from '@genvitals/pricing/user-prices';
import type { Diagnostics } from '@genvitals/context/host';

type Pricing = Pick<typeof pricingModule, 'createPricer'>;

let builtIn: Pricing | undefined;

/** Gives the pricing that was loaded beside the client: a bundled app has no package to load later. */
export function providePricing(pricing: Pricing): void {
  builtIn = pricing;
}

/** Where a bundler puts this file it may have no place of its own, or one on the machine that built it. */
function requirePackage(specifier: string): unknown {
  const module = globalThis.process?.getBuiltinModule?.('node:module');
  if (module === undefined) throw new Error('there is no node:module');
  const places: readonly (string | undefined)[] = [import.meta.url, `${process.cwd()}/`];
  for (const place of places) {
    try {
      if (place !== undefined) return module.createRequire(place)(specifier);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new Error('@genvitals/pricing is not installed where the app runs');
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : typeof error;
}

/** Prices of calls, loaded when the first one is under way: 6 ms once, and none of them the app's. */
export class Prices {
  readonly #userFile: string | undefined;
  readonly #diagnostics: Diagnostics;
  #pricer: Pricer | undefined;
  #isAwaited = false;
  #hasFailed = false;

  /** @param userFile the path of a file of the user's own prices */
  constructor(userFile: string | undefined, diagnostics: Diagnostics) {
    this.#userFile = userFile;
    this.#diagnostics = diagnostics;
  }

  /** Loads the lists while a request waits for its answer, and looks up what will be asked for. */
  prepare(provider: string, model: string | undefined): void {
    if (this.#isAwaited) return;
    this.#isAwaited = true;
    const tokens = { input: 1, cache_read: 1, output: 1, reasoning: 1 };
    globalThis.setImmediate?.(() => this.priceOf({ provider, model, atMs: Date.now(), tokens }));
  }

  /** @returns undefined where there is nothing to price by, which is said once */
  priceOf(query: PriceQuery): Cost | undefined {
    if (this.#hasFailed) return undefined;
    try {
      this.#pricer ??= this.#load();
      return this.#pricer.priceOf(query);
    } catch (error) {
      this.#hasFailed = true;
      this.#diagnostics.warnOnce(
        'prices',
        `calls are not priced (${reasonOf(error)}): install @genvitals/pricing beside @genvitals/instrumentation-openai.`,
      );
      return undefined;
    }
  }

  #load(): Pricer {
    const { createPricer } = builtIn ?? (requirePackage('@genvitals/pricing') as Pricing);
    return createPricer(this.#readUserFile());
  }

  #readUserFile(): userPricesModule.UserPrices | undefined {
    if (this.#userFile === undefined) return undefined;
    try {
      const { readUserPrices } = requirePackage('@genvitals/pricing/user-prices') as typeof userPricesModule;
      return readUserPrices(this.#userFile);
    } catch (error) {
      this.#diagnostics.warnOnce(
        'user prices',
        `GENVITALS_PRICES is left out (${reasonOf(error)}), and calls are priced by the public lists alone until it is corrected.`,
      );
      return undefined;
    }
  }
}
