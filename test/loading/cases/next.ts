import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AppEnd, type Flag, ourArgv, runApp } from '../app.ts';
import { runCommand } from '../command.ts';
import { installFixture, placePackages } from '../fixture.ts';
import { type LoadingCase, withWorld, type World } from '../loading-case.ts';
import { appSpans, callSpans } from '../spans.ts';
import { headerValues } from '../upstream.ts';

const NEXT = 'node_modules/next/dist/bin/next';
const QUIET = { NEXT_TELEMETRY_DISABLED: '1' };

const PLUGIN = '@genvitals/instrumentation-openai/bundler';

type Env = Readonly<Record<string, string>>;

const builds = new Map<string, Promise<unknown>>();

/** Once a run; what an earlier run built may be of other sources. */
async function buildOnce(folder: string, env: Env = {}): Promise<void> {
  const key = JSON.stringify(env);
  const build =
    builds.get(key) ??
    runCommand(process.execPath, [NEXT, 'build'], {
      cwd: folder,
      env: { ...QUIET, ...env },
      timeoutMs: 300_000,
    });
  builds.set(key, build);
  await build;
}

interface Seen extends AppEnd {
  readonly bodies: readonly string[];
}

/** `next start`, asked twice. */
async function start(folder: string, flag: Flag | undefined, { env }: World, more: Env = {}): Promise<Seen> {
  const bodies: string[] = [];
  const end = await runApp(`${folder}${NEXT}`, {
    args: ['start', '-p', '0'],
    cwd: folder,
    timeoutMs: 60_000,
    env: { ...env, ...QUIET, ...more, OTEL_BSP_SCHEDULE_DELAY: '100', NODE_OPTIONS: ourArgv(flag).join(' ') },
    onLine: (line, app) => {
      const port = /http:\/\/localhost:(\d+)/.exec(line)?.[1];
      if (port === undefined) return;
      void (async () => {
        for (let question = 0; question < 2; question++) {
          bodies.push(await (await fetch(`http://localhost:${port}/api/ask`)).text());
        }
        await sleep(500);
      })().finally(() => app.kill('SIGTERM'));
    },
  });
  return {
    ...end,
    bodies,
    stdout: end.stdout.replace(/localhost:\d+|\d+\.\d+\.\d+\.\d+:\d+|[\d.]+m?s/g, ''),
  };
}

export const nextCases: readonly LoadingCase[] = [
  {
    group: 'Next.js 16.4',
    name: 'next start under NODE_OPTIONS, App Router, openai external',
    run: async (flag) => {
      const { folder } = await installFixture('next');
      await buildOnce(folder);
      return withWorld(async (world) => {
        const bare = await start(folder, undefined, world);
        const traced = await start(folder, flag, world);
        for (const key of ['code', 'signal', 'stdout', 'stderr', 'bodies'] as const) {
          assert.deepEqual(traced[key], bare[key], key);
        }
        assert.equal(callSpans(world.collector).length, 2, 'one span a call');
        const others = appSpans(world.collector).map(({ scope }) => scope.name);
        assert.deepEqual([...new Set(others)], ['next.js'], 'no HTTP spans of ours');
        for (const { rawHeaders } of world.upstream.requests) {
          assert.equal(headerValues(rawHeaders, 'traceparent').length, 0);
        }
        return '2 calls traced, Next’s own spans around them';
      });
    },
  },
  {
    group: 'Next.js 16.4',
    name: 'next start under NODE_OPTIONS, App Router, openai built in by Turbopack with turbopackRules()',
    run: async (flag) => {
      const { folder } = await installFixture('next');
      await placePackages(folder);
      await buildOnce(folder, { PLUGIN });
      return withWorld(async (world) => {
        const bare = await start(folder, undefined, world, { PLUGIN });
        const traced = await start(folder, flag, world, { PLUGIN });
        for (const key of ['code', 'signal', 'stdout', 'stderr', 'bodies'] as const) {
          assert.deepEqual(traced[key], bare[key], key);
        }
        assert.equal(callSpans(world.collector).length, 2, 'one span a call');
        return '2 calls traced';
      });
    },
  },
];
