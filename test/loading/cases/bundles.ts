import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AppEnd, type Flag, runApp } from '../app.ts';
import { runCommand } from '../command.ts';
import { installFixture, placePackages } from '../fixture.ts';
import { type LoadingCase, withWorld, type World } from '../loading-case.ts';
import { callSpans } from '../spans.ts';

const PLUGIN = '@genvitals/instrumentation-openai/bundler';
/** No packages are near it, so that what runs is in the build. */
const OUT = path.join(tmpdir(), 'genvitals-bundles');
const GROUP = 'Bundlers, openai inside';
const ANSWERS = 'Forty-two.\nForty-two.\n';

interface Build {
  readonly bundler: string;
  readonly format: 'esm' | 'cjs';
  readonly isMinified: boolean;
}

let ready: Promise<string> | undefined;

/** The folder of the bundlers, with our packages as they are built now. */
function getReady(): Promise<string> {
  ready ??= (async () => {
    const { folder } = await installFixture('bundlers');
    await placePackages(folder);
    return folder;
  })();
  return ready;
}

async function makeBuild({ bundler, format, isMinified }: Build, hasPlugin: boolean): Promise<string> {
  const name = `${bundler}${isMinified ? '-min' : ''}${hasPlugin ? '-plugin' : ''}`;
  const outfile = path.join(OUT, `${name}.${format === 'esm' ? 'mjs' : 'cjs'}`);
  const folder = await getReady();
  await mkdir(OUT, { recursive: true });
  const told = await runCommand(
    process.execPath,
    ['build.js', bundler, format, isMinified ? '1' : '0', outfile],
    {
      cwd: folder,
      env: hasPlugin ? { PLUGIN } : {},
      timeoutMs: 120_000,
    },
  );
  assert.deepEqual([told.stdout, told.stderr], ['', ''], 'what the build says');
  return outfile;
}

/** Asks twice. */
function start(
  file: string,
  flag: Flag | undefined,
  { env }: World,
  more: Readonly<Record<string, string>> = {},
): Promise<AppEnd> {
  // Priced as the provider whom the server stands for.
  return runApp(file, { flag, env: { ...env, GENVITALS_PROVIDERS: '127.0.0.1=openai', ...more }, cwd: OUT });
}

async function runPlain(build: Build, flag: Flag): Promise<void> {
  const file = await makeBuild(build, false);
  await withWorld(async (world) => {
    const end = await start(file, flag, world);
    assert.deepEqual([end.code, end.stdout], [0, ANSWERS]);
    assert.match(end.stderr, /^genvitals: openai 7\.57\.0 is bundled into your build[^\n]*\n$/);
    assert.equal(callSpans(world.collector).length, 0);
  });
}

async function runWithPlugin(build: Build, flag: Flag): Promise<void> {
  const file = await makeBuild(build, true);
  assert.doesNotMatch(await readFile(file, 'utf8'), /(?:from|import|require\()\s*["'](?:openai|@genvitals)/);
  await withWorld(async (world) => {
    const end = await start(file, flag, world);
    assert.deepEqual([end.code, end.stdout, end.stderr], [0, ANSWERS, '']);
    const spans = callSpans(world.collector);
    assert.equal(spans.length, 2, 'one span a call');
    for (const { span } of spans) assert.equal(span.attributes['genvitals.cost.status'], 'full');
  });
  await withWorld(async (world) => {
    const bare = await start(file, undefined, world, { GENVITALS_CALL_LOG: 'stderr' });
    assert.deepEqual([bare.code, bare.stdout], [0, ANSWERS]);
    assert.equal(bare.stderr.match(/"cost_status":"full"/g)?.length, 2, 'each call told without the flag');
  });
}

const BUNDLERS: readonly (readonly [bundler: string, title: string, canMinify: boolean])[] = [
  ['esbuild', 'esbuild 0.28', true],
  ['rollup', 'Rollup 4.68', false],
  ['rolldown', 'Rolldown 1.2', true],
  ['tsdown', 'tsdown 0.23', true],
  ['vite', 'Vite 8.3, for the server', true],
  ['webpack', 'webpack 5.113', true],
];

const TSC = path.join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');

const typesCase: LoadingCase = {
  group: GROUP,
  name: 'types of the plugins, as each bundler has them',
  flags: ['--require'],
  run: async () => {
    await runCommand(process.execPath, [TSC, '--project', 'tsconfig.json'], { cwd: await getReady() });
    return 'they fit';
  },
};

const buildCases: readonly LoadingCase[] = BUNDLERS.flatMap(([bundler, title, canMinify]) =>
  (['esm', 'cjs'] as const).map((format): LoadingCase => ({
    group: GROUP,
    name: `${title}, ${format === 'esm' ? 'ES module' : 'CommonJS'}`,
    flags: [format === 'esm' ? '--import' : '--require'],
    run: async (flag) => {
      await runPlain({ bundler, format, isMinified: canMinify }, flag);
      for (const isMinified of canMinify ? [false, true] : [false]) {
        await runWithPlugin({ bundler, format, isMinified }, flag);
      }
      return `without the plugin one line on stderr; with it 2 calls traced and priced${canMinify ? ', minified too' : ''}`;
    },
  })),
);

export const bundleCases: readonly LoadingCase[] = [...buildCases, typesCase];
