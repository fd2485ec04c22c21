import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LIMIT_MS = 240_000;

export const installers = ['npm', 'pnpm'] as const;
export type Installer = (typeof installers)[number];

const commands: Readonly<Record<Installer, readonly string[]>> = {
  npm: ['npm', 'install', '--no-audit', '--no-fund'],
  pnpm: ['pnpm', 'add'],
};

/** How this machine reaches a registry. */
const NETWORK = /^npm_config_(?:registry|proxy|https?_proxy|cafile)$/i;
/** What npm, pnpm and Vitest say to the scripts they run, and settings of those who run the tests. */
const STEERING = /^(?:npm_|pnpm_|NODE_OPTIONS$|NODE_ENV$|TEST$|VITEST|OTEL_|GENVITALS_|OPENAI_)/i;

/** The environment without what would steer the package managers and apps that are started here. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => NETWORK.test(name) || !STEERING.test(name));
  return Object.fromEntries(kept);
}

export interface BlankFolder {
  readonly path: string;
  /** Installs by name, as a user writes it on the command line. */
  install(...specifiers: string[]): Promise<void>;
}

/** An empty app, outside of this workspace, that gets `@genvitals/...` from the given registry. */
export function createBlankFolder(path: string, installer: Installer, registryUrl: string): BlankFolder {
  mkdirSync(path, { recursive: true });
  writeFileSync(
    join(path, 'package.json'),
    JSON.stringify({ name: 'blank-app', version: '1.2.3', private: true }),
  );
  writeFileSync(join(path, '.npmrc'), `@genvitals:registry=${registryUrl}\n`);
  // pnpm remembers what a registry at an address had; an address of ours is soon another's.
  const env = { ...cleanEnvironment(), pnpm_config_cache_dir: join(path, '../pnpm-cache') };
  return {
    path,
    install: async (...specifiers) => {
      const [command, ...args] = commands[installer];
      if (command === undefined) throw new Error(`Expected a command for ${installer}`);
      try {
        await run(command, [...args, ...specifiers], {
          cwd: path,
          env,
          timeout: LIMIT_MS,
        });
      } catch (error) {
        const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
        throw new Error(`${installer} could not install ${specifiers.join(' ')}:\n${stdout}\n${stderr}`, {
          cause: error,
        });
      }
    },
  };
}
