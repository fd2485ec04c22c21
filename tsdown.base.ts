import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rolldown, UserConfig } from 'tsdown';

interface Inlined {
  readonly title: string;
  readonly licence: string;
}

/** The installed package that a file belongs to; undefined for files of this workspace. */
function inlinedPackage(moduleId: string): Inlined | undefined {
  const folder = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(moduleId)?.[0];
  if (folder === undefined || !existsSync(join(folder, 'package.json'))) return undefined;
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`Expected a licence file in ${folder}, as its code is built in`);
  return {
    title: `${manifest['name']} ${manifest['version']} (${manifest['license']})`,
    licence: readFileSync(join(folder, file), 'utf8').trim(),
  };
}

/** Writes the licences of all packages whose code is built into ours, as they ask for; no file where there is none. */
function thirdPartyLicences(): Rolldown.Plugin {
  return {
    name: 'third-party-licences',
    generateBundle(_, bundle) {
      const ids = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
      const titles = new Map<string, Set<string>>();
      for (const { title, licence } of ids.flatMap((id) => inlinedPackage(id) ?? [])) {
        titles.set(licence, (titles.get(licence) ?? new Set()).add(title));
      }
      if (titles.size === 0) return;
      const parts = [...titles].map(
        ([licence, names]) => `${[...names].toSorted().join('\n')}\n\n${licence}\n`,
      );
      const source = ['Code of these packages is built in.\n', ...parts].join(`\n${'-'.repeat(80)}\n\n`);
      this.emitFile({ type: 'asset', fileName: 'third-party-licences.txt', source });
    },
  };
}

/**
 * One build for every published package; `pnpm check:packages` looks at what comes of it as its consumers do.
 * `dual` packages are preloaded into other people's apps, so they come as ESM and CommonJS.
 */
export function publishedPackage(options: {
  entry: string[] | Record<string, string>;
  dual: boolean;
  plugins?: Rolldown.Plugin[];
}): UserConfig {
  return {
    entry: options.entry,
    format: options.dual ? ['esm', 'cjs'] : ['esm'],
    platform: 'node',
    target: 'node22.15',
    dts: true,
    fixedExtension: true,
    hash: false,
    logLevel: 'warn',
    checks: { legacyCjs: false, pluginTimings: false },
    plugins: [thirdPartyLicences(), ...(options.plugins ?? [])],
    inputOptions: { resolve: { conditionNames: ['@genvitals/source', 'node', 'import'] } },
  };
}

/**
 * Names what is loaded by `createRequire` once more, in a function that nobody calls. Packers copy what they see
 * required or imported (Next.js for `output: 'standalone'`, Vercel, Lambda's), and not all of them see the other.
 * @param files what the built files of these names load
 */
export function withTraced(
  config: UserConfig,
  files: Readonly<Record<string, readonly string[]>>,
): UserConfig {
  return {
    ...config,
    footer: ({ fileName }) => {
      const load = fileName.endsWith('.cjs') ? 'require' : 'import';
      const loads = (files[fileName] ?? []).map((file) => `${load}(${JSON.stringify(file)})`);
      if (loads.length === 0) return undefined;
      return `// For packers, which copy what they see.\nfunction traced() { return [${loads.join(', ')}]; }`;
    },
  };
}
