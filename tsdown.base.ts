import type { UserConfig } from 'tsdown';

/**
 * One build for every published package, checked as its consumer sees it: publint and attw run on the
 * packed package. `dual` packages are preloaded into other people's apps, so they come as ESM and CommonJS.
 */
export function publishedPackage(options: {
  entry: string[] | Record<string, string>;
  dual: boolean;
}): UserConfig {
  return {
    entry: options.entry,
    format: options.dual ? ['esm', 'cjs'] : ['esm'],
    platform: 'node',
    target: 'node22.15',
    dts: true,
    fixedExtension: true,
    hash: false,
    inputOptions: { resolve: { conditionNames: ['@genvitals/source', 'node', 'import'] } },
  };
}
