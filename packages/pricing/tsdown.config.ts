import { findProvider } from '@pydantic/genai-prices';
import { defineConfig, type Rolldown, type UserConfig } from 'tsdown';
import { publishedPackage } from '../../tsdown.base.ts';
import { baseListIds } from './src/base.ts';

/** Of a provider what is read: a third of the library, and each as text until it is asked for. */
function listText(providerId: string): string {
  const provider = findProvider({ providerId });
  if (provider === undefined) throw new Error(`Expected genai-prices to have the provider ${providerId}`);
  const { id, models, fallback_model_providers } = provider;
  return JSON.stringify({
    id,
    models: models.map(({ id, match, prices }) => ({ id, match, prices })),
    fallback_model_providers,
  });
}

/**
 * Builds the price list in, as it was on the day of the build. The library is one literal of all providers with
 * descriptions, extractors and a calculator: loading it took 45 ms and its first look-up 17 ms more of the app's time.
 */
function priceList(): Rolldown.Plugin {
  return {
    name: 'price-list',
    load(id) {
      if (!/[\\/]@pydantic[\\/]genai-prices[\\/]dist[\\/]index\.c?js$/.test(id)) return undefined;
      const lists = Object.fromEntries(baseListIds.map((listId) => [listId, listText(listId)]));
      return `const lists = ${JSON.stringify(lists)};
export function findProvider({ providerId }) {
  const text = lists[providerId];
  return text === undefined ? undefined : JSON.parse(text);
}`;
    },
  };
}

const config: UserConfig = publishedPackage({
  entry: ['src/index.ts', 'src/user-prices.ts', 'src/check.ts'],
  dual: true,
  plugins: [priceList()],
});

export default defineConfig(config);
