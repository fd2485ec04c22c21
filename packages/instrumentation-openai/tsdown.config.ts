import { defineConfig, type UserConfig } from 'tsdown';
import { publishedPackage } from '../../tsdown.base.ts';

/** In a preload every further file costs half a millisecond in every process, so those entries are one file each. */
const build = (...names: string[]): UserConfig => ({
  ...publishedPackage({ entry: names.map((name) => `src/${name}.ts`), dual: true }),
  clean: false,
});

export default defineConfig([
  build('index', 'runtime'),
  build('register'),
  build('host'),
  build('bundler'),
  build('bundler-loader'),
]);
