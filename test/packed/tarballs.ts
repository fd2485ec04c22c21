import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PACKAGES = fileURLToPath(new URL('../../packages/', import.meta.url));

/** The part of a package.json that is looked at here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A published package as npm would get it. */
export interface Tarball {
  /** The manifest inside the tarball, which differs from the one in the tree: no source condition, real ranges. */
  readonly manifest: Manifest;
  readonly path: string;
  readonly files: readonly string[];
}

/** Manifests of all packages in the tree, published or private. */
export function workspaceManifests(): readonly Manifest[] {
  return readdirSync(PACKAGES).map(
    (folder) => JSON.parse(readFileSync(join(PACKAGES, folder, 'package.json'), 'utf8')) as Manifest,
  );
}

/** Text of one file of a tarball; `path` as in `files`. */
export async function readPacked(tarball: string, path: string): Promise<string> {
  const { stdout } = await run('tar', ['-xzOf', tarball, `package/${path}`], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

async function openTarball(path: string): Promise<Tarball> {
  const { stdout } = await run('tar', ['-tzf', path]);
  const files = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^package\//, ''));
  return { manifest: JSON.parse(await readPacked(path, 'package.json')) as Manifest, path, files };
}

/**
 * Packs every published package into a folder, as `pnpm publish` would. The packages must have been built.
 */
export async function packPublished(directory: string): Promise<readonly Tarball[]> {
  const published = workspaceManifests().filter((manifest) => manifest.private !== true);
  const filters = published.map(({ name }) => `--filter=${name}`);
  await run('pnpm', [...filters, '--recursive', 'pack', '--pack-destination', directory], { cwd: PACKAGES });
  const names = readdirSync(directory).filter((name) => name.endsWith('.tgz'));
  if (names.length !== published.length) {
    throw new Error(
      `Expected ${published.length} tarballs in ${directory}, found ${names.length}: ${names.join(', ')}`,
    );
  }
  return Promise.all(names.map((name) => openTarball(join(directory, name))));
}
