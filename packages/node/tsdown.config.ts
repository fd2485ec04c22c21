import { defineConfig, type UserConfig } from 'tsdown';
import { publishedPackage, withTraced } from '../../tsdown.base.ts';

/**
 * Each entry is one file: in a preload, every further file costs half a millisecond in every process, and one of
 * another package two. So the hook is built in; what it does is loaded from where it is (`#runtime`).
 */
const entry = (name: string): UserConfig => ({
  ...publishedPackage({ entry: [`src/${name}.ts`], dual: true }),
  clean: false,
  deps: { alwaysBundle: ['@genvitals/instrumentation-openai/host'] },
});

const later = {
  steward: 'src/steward.ts',
  sdk: 'src/sdk/index.ts',
  http: 'src/http/index.ts',
  exporter: 'src/exporter/main.ts',
  grpc: 'src/exporter/grpc-transport.ts',
};

export default defineConfig([
  entry('index'),
  withTraced(entry('register'), {
    'register.mjs': ['./register.cjs'],
    'register.cjs': [
      ...Object.keys(later).map((name) => `./${name}.cjs`),
      '@genvitals/instrumentation-openai/runtime',
    ],
  }),
  // For bundlers, all of which take ES modules.
  { ...entry('edge'), format: ['esm'] },
  { ...entry('register-built-in'), format: ['esm'] },
  {
    ...publishedPackage({ entry: [], dual: false }),
    // Loaded by `require` when their moment comes, from either module system, so one format is enough. The
    // OpenTelemetry SDK is built in: 235 files of it take 98 ms to load, and this one 12.
    entry: later,
    format: ['cjs'],
    dts: false,
    clean: false,
    minify: true,
    deps: { alwaysBundle: [/^@opentelemetry\//] },
  },
]);
