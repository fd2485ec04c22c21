import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url));
const installed = fileURLToPath(new URL('./.cache/', import.meta.url));

/** Apps with packages that the workspace's lockfile should not hold: other majors, and tracers of 100 MB. */
export const fixtureNames = [
  'otel-2',
  'otel-3',
  'sentry-10',
  'sentry-11',
  'dd-trace',
  'runners',
  'next',
  'bundlers',
  'serverless',
  'openai-tracers',
] as const;
export type FixtureName = (typeof fixtureNames)[number];

export interface Fixture {
  readonly folder: string;
}

/** The packages that a fixture names itself, with their versions, which are exact. */
export async function readPackages(name: FixtureName): Promise<Readonly<Record<string, string>>> {
  const { dependencies } = JSON.parse(await readFile(`${fixtures}${name}/package.json`, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return dependencies;
}

/** Installs a fixture by its own lockfile, once, and brings its apps up to date. */
export async function installFixture(name: FixtureName): Promise<Fixture> {
  const source = `${fixtures}${name}/`;
  const folder = `${installed}${name}/`;
  await mkdir(folder, { recursive: true });
  await cp(source, folder, { recursive: true });
  await cp(`${fixtures}apps/`, folder, { recursive: true });
  const lock = await readFile(`${source}package-lock.json`);
  const stamp = createHash('sha256').update(lock).digest('hex');
  const stampFile = `${folder}.installed`;
  if ((await readFile(stampFile, 'utf8').catch(() => '')) !== stamp) {
    const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = (await once(npm, 'close')) as [number];
    if (code !== 0) throw new Error(`npm ci in ${folder}: expected exit code 0, got ${code}`);
    await writeFile(stampFile, stamp);
  }
  return { folder };
}

/**
 * Puts packages of ours, as they are built, where an app has them. No links: Turbopack follows none out of its
 * folder, and esbuild warns of files that are not in a node_modules.
 * @param more packages beside the instrumentation and its prices
 */
export async function placePackages(folder: string, ...more: readonly string[]): Promise<void> {
  for (const name of ['@genvitals/instrumentation-openai', '@genvitals/pricing', ...more]) {
    const source = fileURLToPath(new URL('./', import.meta.resolve(`${name}/package.json`)));
    const target = `${folder}node_modules/${name}/`;
    await cp(`${source}package.json`, `${target}package.json`);
    await cp(`${source}dist`, `${target}dist`, { recursive: true });
  }
}
