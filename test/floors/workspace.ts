import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A member of the workspace. */
export interface Member {
  /** Its folder's name, by which the floors know it. */
  readonly room: string;
  readonly folder: string;
  readonly name: string;
  /** Every package that its package.json names. */
  readonly declared: ReadonlySet<string>;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

function declaredBy(manifest: Manifest): Set<string> {
  const { dependencies, devDependencies, peerDependencies, optionalDependencies } = manifest;
  return new Set(
    [dependencies, devDependencies, peerDependencies, optionalDependencies].flatMap((section) =>
      Object.keys(section ?? {}),
    ),
  );
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Manifest;
}

/** All members, `test` included. */
export function readMembers(): readonly Member[] {
  return globSync(
    [
      'packages/*/package.json',
      'grafana-dashboards/package.json',
      'collector-config/package.json',
      'test/package.json',
    ],
    {
      cwd: ROOT,
    },
  ).map((path) => {
    const manifest = readManifest(path);
    const folder = dirname(path);
    return { room: basename(folder), folder, name: manifest.name, declared: declaredBy(manifest) };
  });
}

/** What every test may import, as the root installs it for all. */
export function rootTools(): ReadonlySet<string> {
  return declaredBy(readManifest('package.json'));
}

/** The files of the workspace that a pattern finds, without what is installed, built or recorded. */
export function readSources(pattern: string | readonly string[]): readonly SourceFile[] {
  return globSync(pattern, {
    cwd: ROOT,
    exclude: ['**/node_modules/**', '**/dist/**', '**/fixtures/**', '**/generated/**'],
  })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}
