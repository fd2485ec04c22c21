import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Recipe } from './recipe.ts';
import { probeAll } from './requirement.ts';
import { runStep } from './run-step.ts';

const HASH_CHARS = 16;
/** A folder in which a build is under way, with the process that builds. */
const UNDER_WAY = /\.building-(\d+)-/;

export interface CacheOptions {
  /** Default: genvitals/stack in the user's cache folder. */
  readonly directory?: string;
}

export interface BuildOptions extends CacheOptions {
  readonly signal?: AbortSignal;
  /** Hears a line before each step. */
  readonly onProgress?: (line: string) => void;
}

function cacheDirectory({ directory }: CacheOptions): string {
  if (directory !== undefined) return directory;
  const base = process.env['XDG_CACHE_HOME'];
  // The standard says that a relative path there is to be ignored.
  const isUsable = base !== undefined && base.startsWith('/');
  return join(isUsable ? base : join(homedir(), '.cache'), 'genvitals', 'stack');
}

/** Folder of the finished build, there or not. */
async function placeOf(recipe: Recipe, options: CacheOptions): Promise<string> {
  const printed = await probeAll(recipe.name, recipe.toRun);
  const source = fileURLToPath(recipe.source);
  const facts = [
    process.platform,
    process.arch,
    ...printed,
    JSON.stringify(recipe.steps({ out: '{out}', source: '{source}' })),
    ...recipe.files.map((file) => readFileSync(join(source, file), 'utf8')),
  ];
  const hash = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, HASH_CHARS);
  return join(cacheDirectory(options), `${recipe.name}-${hash}`);
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Takes away what builds left that were killed. */
function sweep(directory: string): void {
  for (const name of readdirSync(directory)) {
    const builder = UNDER_WAY.exec(name)?.[1];
    if (builder !== undefined && !isRunning(Number(builder))) {
      rmSync(join(directory, name), { recursive: true, force: true });
    }
  }
}

/** Gives the build its final name, which only whole builds have. */
function finish(out: string, place: string): void {
  try {
    renameSync(out, place);
  } catch (error) {
    // Another process was faster; its build is as good.
    if (!existsSync(place)) throw error;
  }
}

/**
 * Folder of the built server, from the cache or built now. Steps run in a folder that gets its final name
 * after the last of them, so a build that was stopped is never taken for a whole one. Throws a
 * `RequirementError` or a `StepError`.
 */
export async function prepareServer(recipe: Recipe, options: BuildOptions = {}): Promise<string> {
  const place = await placeOf(recipe, options);
  if (existsSync(place)) return place;
  await probeAll(recipe.name, recipe.toBuild);
  const directory = cacheDirectory(options);
  mkdirSync(directory, { recursive: true });
  sweep(directory);
  const out = mkdtempSync(`${place}.building-${process.pid}-`);
  const logPath = `${place}.log`;
  rmSync(logPath, { force: true });
  const signal = options.signal ?? new AbortController().signal;
  try {
    for (const step of recipe.steps({ out, source: fileURLToPath(recipe.source) })) {
      options.onProgress?.(step.says);
      await runStep(step, logPath, signal);
    }
    finish(out, place);
    rmSync(logPath, { force: true });
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
  return place;
}

/** Folder of a server that was built before. Throws where it was not: tests do not compile. */
export async function findServer(recipe: Recipe, options: CacheOptions = {}): Promise<string> {
  const place = await placeOf(recipe, options);
  if (existsSync(place)) return place;
  throw new Error(`the ${recipe.name} is not built: expected ${place}; run \`pnpm test:stack\``);
}
