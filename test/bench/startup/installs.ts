import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBlankFolder } from '../../packed/blank-folder.ts';
import { createRegistry } from '../../packed/registry.ts';
import { packPublished } from '../../packed/tarballs.ts';
import { installLocked, installPeer } from '../peers.ts';
import type { Subject } from './subjects.ts';

const SCRATCH = fileURLToPath(new URL('../../../.cache/bench-startup/', import.meta.url));
const APP = fileURLToPath(new URL('./app/', import.meta.url));
/** What `stat` counts in, whatever the file system's own blocks are. */
const BLOCK_BYTES = 512;

/** A subject as it stands on the disk. */
export interface Installed {
  readonly subject: Subject;
  /** The file for `--require`. */
  readonly preload: string | undefined;
  /** What the install brought along, and how much room it takes. */
  readonly packages: number;
  readonly bytes: number;
}

function bytesOf(path: string): number {
  const stat = lstatSync(path);
  const own = stat.blocks * BLOCK_BYTES;
  if (!stat.isDirectory()) return own;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), own);
}

function packagesIn(folder: string): number {
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8')) as {
    readonly packages: object;
  };
  return Object.keys(lock.packages).length;
}

/** The app that all subjects are preloaded into, installed. */
export function installApp(): string {
  installLocked(APP);
  return APP;
}

/**
 * Installs every subject alone, as its users do: ours from tarballs as `pnpm publish` would make them, which must
 * have been built.
 */
export async function installAll(subjects: readonly Subject[]): Promise<readonly Installed[]> {
  rmSync(SCRATCH, { recursive: true, force: true });
  const tarballs = join(SCRATCH, 'tarballs');
  mkdirSync(tarballs, { recursive: true });
  const registry = await createRegistry(await packPublished(tarballs));

  async function installOne(subject: Subject): Promise<Installed> {
    const { install, preload } = subject;
    if (install === undefined || preload === undefined) {
      return { subject, preload: undefined, packages: 0, bytes: 0 };
    }
    let folder: string;
    if ('peer' in install) {
      folder = installPeer(install.peer);
    } else {
      process.stderr.write(`bench: installing ${install.packed}\n`);
      const blank = createBlankFolder(join(SCRATCH, install.packed), 'npm', registry.url);
      await blank.install(install.packed);
      folder = blank.path;
    }
    return {
      subject,
      preload: createRequire(join(folder, 'package.json')).resolve(preload),
      packages: packagesIn(folder),
      bytes: bytesOf(join(folder, 'node_modules')),
    };
  }

  try {
    const installed: Installed[] = [];
    for (const subject of subjects) installed.push(await installOne(subject));
    return installed;
  } finally {
    await registry.close();
  }
}
