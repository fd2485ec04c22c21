import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

import { createRegistry } from './registry.ts';
import { packPublished, type Tarball } from './tarballs.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly directory: string;
    readonly registryUrl: string;
    readonly tarballs: readonly Tarball[];
  }
}

/** Packs once for all test files, and serves the tarballs to npm and pnpm. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'genvitals-packed-'));
  const tarballs = await packPublished(directory);
  const registry = await createRegistry(tarballs);
  project.provide('directory', directory);
  project.provide('registryUrl', registry.url);
  project.provide('tarballs', tarballs);
  return async () => {
    await registry.close();
    rmSync(directory, { recursive: true, force: true });
  };
}
