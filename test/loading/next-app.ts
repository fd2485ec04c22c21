import assert from 'node:assert/strict';
import { cp, mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runCommand, type CommandEnd } from './command.ts';
import { installFixture, placePackages } from './fixture.ts';

export type NextBundler = 'Turbopack' | 'webpack';

/** Turbopack on every run; with LOADING_WEBPACK=1 webpack too, whose builds take three times as long. */
export const nextBundlers: readonly NextBundler[] =
  process.env['LOADING_WEBPACK'] === '1' ? ['Turbopack', 'webpack'] : ['Turbopack'];

/** The apps by the folder each is kept in, from here. */
const sources = {
  'app-router': '../../examples/nextjs-app',
  'pages-router': '../../examples/nextjs-pages',
  'by-hand': './fixtures/next-by-hand',
  plain: './fixtures/next',
} as const;

export interface NextApp {
  readonly folder: string;
  /** Next's command. */
  readonly next: string;
  readonly bundler: NextBundler;
}

export type Env = Readonly<Record<string, string>>;

/** What Next's commands are run with. */
export const QUIET = { NEXT_TELEMETRY_DISABLED: '1' };

let installed: Promise<string> | undefined;

/** One install for all apps, with our packages as they are built now. */
function install(): Promise<string> {
  installed ??= (async () => {
    const { folder } = await installFixture('next');
    await placePackages(folder, '@genvitals/node');
    await rm(`${folder}apps`, { recursive: true, force: true });
    return folder;
  })();
  return installed;
}

/** A copy of an app, in a folder below the one install. @param as its name, where it is changed or built otherwise */
export async function copyNextApp(
  name: keyof typeof sources,
  bundler: NextBundler,
  as: string = name,
): Promise<NextApp> {
  const root = await install();
  const folder = `${root}apps/${as}-${bundler.toLowerCase()}/`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(fileURLToPath(new URL(sources[name], import.meta.url)), folder, {
    recursive: true,
    // What an example has after it was tried by hand.
    filter: (source) => !/[\\/](?:node_modules|\.next|package-lock\.json)$/.test(source),
  });
  return { folder, next: `${root}node_modules/next/dist/bin/next`, bundler };
}

export function nextArgs({ bundler }: NextApp): readonly string[] {
  return bundler === 'webpack' ? ['--webpack'] : [];
}

/** `next build`, which must say nothing on stderr that is not among `warnings`. */
export async function buildNextApp(
  app: NextApp,
  env: Env = {},
  warnings: RegExp = /^$/,
): Promise<CommandEnd> {
  const end = await runCommand(process.execPath, [app.next, 'build', ...nextArgs(app)], {
    cwd: app.folder,
    env: { ...QUIET, ...env },
    timeoutMs: 300_000,
  });
  assert.deepEqual(
    end.stderr.split('\n').filter((line) => line !== '' && !warnings.test(line)),
    [],
    'what the build says',
  );
  return end;
}

const builds = new Map<string, Promise<NextApp>>();

/** An app as it is, copied and built once a run. */
export function builtNextApp(
  name: keyof typeof sources,
  bundler: NextBundler,
  warnings?: RegExp,
): Promise<NextApp> {
  const key = `${name} ${bundler}`;
  const build =
    builds.get(key) ??
    (async () => {
      const app = await copyNextApp(name, bundler);
      await buildNextApp(app, {}, warnings);
      return app;
    })();
  builds.set(key, build);
  return build;
}
