import * as pricing from '@genvitals/pricing';
import { installHook } from './hook.ts';
import { providePricing } from './prices.ts';
import { getRuntime } from './runtime.ts';

// What bundlers take for `./register`: all that it loads later is in it, for in a bundle there is no package to load
// from.
providePricing(pricing);
installHook(getRuntime);
