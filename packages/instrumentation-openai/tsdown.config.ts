import { defineConfig, type UserConfig } from 'tsdown';
import { publishedPackage, withTraced } from '../../tsdown.base.ts';

/** In a preload every further file costs half a millisecond in every process, so those entries are one file each. */
const build = (...names: string[]): UserConfig => ({
  ...publishedPackage({ entry: names.map((name) => `src/${name}.ts`), dual: true }),
  clean: false,
});

export default defineConfig([
  // What bundlers take for `register` has the runtime in it, as the index has.
  withTraced(build('index', 'runtime', 'register-built-in'), {
    'runtime.cjs': ['@genvitals/pricing', '@genvitals/pricing/user-prices'],
  }),
  withTraced(build('register'), { 'register.cjs': ['./runtime.cjs'], 'register.mjs': ['./register.cjs'] }),
  build('host'),
  build('bundler'),
  build('bundler-loader'),
  // For bundlers, all of which take ES modules.
  { ...build('edge'), format: ['esm'] },
]);
