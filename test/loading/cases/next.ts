import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AppEnd, type Flag, ourArgv, runApp } from '../app.ts';
import { type LoadingCase, withWorld, type World } from '../loading-case.ts';
import {
  buildNextApp,
  builtNextApp,
  copyNextApp,
  type NextApp,
  type NextBundler,
  nextBundlers,
  QUIET,
} from '../next-app.ts';
import { appSpans, callSpans } from '../spans.ts';
import { headerValues } from '../upstream.ts';
import { nextAppCases } from './next-apps.ts';

/** As an app's next.config.mjs has them. */
const PLUGINS: Readonly<Record<NextBundler, { readonly name: string; readonly config: string }>> = {
  Turbopack: {
    name: 'turbopackRules',
    config: `
      import { turbopackRules } from '@genvitals/instrumentation-openai/bundler';
      export default { turbopack: { rules: turbopackRules() } };`,
  },
  webpack: {
    name: 'webpackPlugin',
    config: `
      import { webpackPlugin } from '@genvitals/instrumentation-openai/bundler';
      export default {
        webpack: (config) => {
          config.plugins.push(webpackPlugin());
          return config;
        },
      };`,
  },
};

interface Seen extends AppEnd {
  readonly bodies: readonly string[];
}

/** `next start`, asked twice. */
async function start({ folder, next }: NextApp, flag: Flag | undefined, { env }: World): Promise<Seen> {
  const bodies: string[] = [];
  let origin: string | undefined;
  const end = await runApp(next, {
    args: ['start', '-p', '0'],
    cwd: folder,
    timeoutMs: 60_000,
    env: {
      ...env,
      ...QUIET,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      NODE_OPTIONS: ourArgv(flag).join(' '),
    },
    onLine: (line, app) => {
      origin ??= /http:\/\/localhost:\d+/.exec(line)?.[0];
      if (!line.includes('Ready in')) return;
      void (async () => {
        for (let question = 0; question < 2; question++) {
          bodies.push(await (await fetch(`${origin}/api/ask`)).text());
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

/** Runs an app without the flag and with it: all that differs is that each call has a span, below Next's own. */
async function compare(app: NextApp, flag: Flag): Promise<void> {
  await withWorld(async (world) => {
    const bare = await start(app, undefined, world);
    const traced = await start(app, flag, world);
    for (const key of ['code', 'signal', 'stdout', 'stderr', 'bodies'] as const) {
      assert.deepEqual(traced[key], bare[key], key);
    }
    const spans = callSpans(world.collector);
    assert.equal(spans.length, 2, 'one span a call');
    const others = appSpans(world.collector);
    assert.deepEqual(
      [...new Set(others.map(({ scope }) => scope.name))],
      ['next.js'],
      'no HTTP spans of ours',
    );
    const ids = new Set(others.map(({ span }) => span.spanId));
    assert.ok(
      spans.every(({ span }) => ids.has(span.parentSpanId)),
      'each below a span of Next',
    );
    for (const { rawHeaders } of world.upstream.requests) {
      assert.equal(headerValues(rawHeaders, 'traceparent').length, 0);
    }
  });
}

function casesOf(bundler: NextBundler): readonly LoadingCase[] {
  const group = `Next.js 16.4, ${bundler}`;
  const plugin = PLUGINS[bundler];
  let built: Promise<NextApp> | undefined;
  return [
    {
      group,
      name: 'next start under NODE_OPTIONS, App Router, openai external',
      run: async (flag) => {
        await compare(await builtNextApp('plain', bundler), flag);
        return '2 calls traced, below Next’s own spans';
      },
    },
    {
      group,
      name: `next start under NODE_OPTIONS, App Router, openai built in with ${plugin.name}()`,
      run: async (flag) => {
        built ??= (async () => {
          const app = await copyNextApp('plain', bundler, 'plugin');
          await writeFile(`${app.folder}next.config.mjs`, plugin.config);
          await buildNextApp(app);
          return app;
        })();
        await compare(await built, flag);
        return '2 calls traced, below Next’s own spans';
      },
    },
  ];
}

export const nextCases: readonly LoadingCase[] = [...nextBundlers.flatMap(casesOf), ...nextAppCases];
