import type { Cluster } from 'node:cluster';
import { createRequire } from 'node:module';
import path from 'node:path';
import { tellUnfollowed } from '@genvitals/instrumentation-openai/host';
import { entryFile, isTool, readPackageAbove } from './app-package.ts';

const SEEN_BY_MS = 60_000;
/** A header of each request, which no minifier may change; the name of the key stands in no other maker's client. */
const MARKS = ['X-Stainless-Package-Version', 'OPENAI_API_KEY'];

/**
 * Tells of an openai that makes no calls yet, and of which none could be seen: it stands in the app's own file, for
 * a bundler has put it there; or it is installed, and this Node lets nobody see what is loaded. An app that loads it
 * when it is needed is told nothing.
 * @param isHooked whether modules can be watched as they are loaded
 * @returns ends the watch
 */
export function watchForIdleOpenAI(isHooked: boolean): () => void {
  const timer = setTimeout(() => void tellOfIdle(isHooked), SEEN_BY_MS);
  timer.unref();
  return () => {
    clearTimeout(timer);
  };
}

async function tellOfIdle(isHooked: boolean): Promise<void> {
  try {
    const entry = entryFile();
    if (entry === undefined || isTool(entry) || hasClusterWorkers()) return;
    const installed = installedVersion(entry);
    if (isHooked ? await isInside(entry) : installed !== undefined) tellUnfollowed(installed ?? 'unknown');
  } catch {
    // Nothing is known then, and nothing told.
  }
}

async function isInside(entry: string): Promise<boolean> {
  // Imported, it would be loaded in every process.
  const code = await process.getBuiltinModule('node:fs/promises').readFile(entry);
  return MARKS.every((mark) => code.includes(mark));
}

/** The version of openai the app could load. */
function installedVersion(entry: string): string | undefined {
  try {
    const main = createRequire(path.resolve(entry)).resolve('openai');
    return readPackageAbove(path.dirname(main))?.version;
  } catch {
    return undefined;
  }
}

function hasClusterWorkers(): boolean {
  const cluster = process.getBuiltinModule('node:cluster') as unknown as Cluster;
  return cluster.isPrimary && Object.keys(cluster.workers ?? {}).length > 0;
}
