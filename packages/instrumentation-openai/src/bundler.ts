import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withInstrumentation } from './built-in-line.ts';
import { CLIENT_FILE } from './client-file.ts';

// What each bundler asks of a plugin is written out, so that none of them has to be installed for its types.

const LOADER = '@genvitals/instrumentation-openai/bundler/loader';
const NAME = 'genvitals-openai';

/** As far as it is used here. */
export interface EsbuildBuild {
  onLoad(
    options: { filter: RegExp },
    callback: (args: { path: string }) => Promise<{ contents: string; loader: 'js' } | undefined>,
  ): void;
}

export interface EsbuildPlugin {
  name: string;
  setup(build: EsbuildBuild): void;
}

/**
 * Builds the instrumentation in behind openai's client class, where esbuild builds openai in. Before plugins that
 * load JavaScript themselves: only the first one that does is asked.
 */
export function esbuildPlugin(): EsbuildPlugin {
  return {
    name: NAME,
    setup(build) {
      build.onLoad({ filter: CLIENT_FILE }, async ({ path: file }) => {
        const contents = withInstrumentation(await readFile(file, 'utf8'), file);
        return contents === undefined ? undefined : { contents, loader: 'js' };
      });
    },
  };
}

export interface RollupPlugin {
  name: string;
  transform: {
    order: 'pre';
    filter: { id: RegExp };
    /** @param options what Vite adds, with `ssr`, and other things elsewhere */
    handler(code: string, id: string, options?: unknown): { code: string; map: null } | undefined;
  };
}

/**
 * Builds the instrumentation in behind openai's client class, where Rollup, Rolldown, tsdown or Vite builds openai in.
 * Vite's builds for browsers are left as they are.
 */
export function rollupPlugin(): RollupPlugin {
  return {
    name: NAME,
    transform: {
      order: 'pre',
      filter: { id: CLIENT_FILE },
      handler(code, id, options) {
        const isForBrowser = (options as { ssr?: boolean } | undefined)?.ssr === false;
        // Rollup before 4.38 knows no filters.
        if (isForBrowser || !CLIENT_FILE.test(id)) return undefined;
        const appended = withInstrumentation(code, id);
        return appended === undefined ? undefined : { code: appended, map: null };
      },
    },
  };
}

/** The loader beside this file, in whichever form the package is. */
function loaderFile(): string {
  const own = fileURLToPath(import.meta.url);
  return path.join(path.dirname(own), own.endsWith('.ts') ? 'bundler-loader.ts' : 'bundler-loader.cjs');
}

/** As far as it is used here. */
export interface WebpackCompiler {
  options: { module: { rules: unknown[] } };
}

// An interface would not do: webpack's own type of a plugin takes any further field.
export type WebpackPlugin = { apply(compiler: WebpackCompiler): void };

/** Builds the instrumentation in behind openai's client class, where webpack builds openai in. */
export function webpackPlugin(): WebpackPlugin {
  return {
    apply({ options }) {
      options.module.rules.push({ test: CLIENT_FILE, use: [{ loader: loaderFile() }] });
    },
  };
}

/** A value for `turbopack.rules` of a Next.js configuration. */
export type TurbopackRules = Record<string, { loaders: string[] }>;

/**
 * Builds the instrumentation in behind openai's client class, where Turbopack builds openai in: to be spread into
 * `turbopack.rules`.
 */
export function turbopackRules(): TurbopackRules {
  return Object.fromEntries(
    ['client.mjs', 'client.js', 'core.mjs', 'core.js'].map((name) => [
      `**/openai/${name}`,
      { loaders: [LOADER] },
    ]),
  );
}
