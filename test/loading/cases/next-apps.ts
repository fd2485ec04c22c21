import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ourArgv } from '../app.ts';
import type { LoadingCase } from '../loading-case.ts';
import {
  buildNextApp,
  builtNextApp,
  copyNextApp,
  type NextApp,
  type NextBundler,
  nextBundlers,
} from '../next-app.ts';
import { act, ask, assertCalls, serveNext, withNextWorld } from '../next-run.ts';

/** What Next takes for the root of the workspace that the apps are in. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const INSTRUMENTATION = 'instrumentation.ts';
/** What Next says of the edge in its builds. */
const ABOUT_EDGE = /edge runtime|middleware|codemod|migrate|learn more/i;

/** What the app of the App Router is asked, and the requests that its calls are then part of. */
async function askAppRouter(origin: string): Promise<void> {
  assert.match(await ask(origin, 'POST', '/api/ask'), /"answer":"/);
  assert.notEqual(await ask(origin, 'POST', '/api/stream'), '');
  assert.match(await act(origin, '/'), /greeting=./);
  await ask(origin, 'POST', '/api/ask');
}
const APP_ROUTER_CALLS = ['POST /api/ask', 'POST /api/stream', 'POST /', 'POST /api/ask'];

async function untilEdited(askOnce: () => Promise<string>): Promise<number> {
  for (let calls = 1; calls < 100; calls++) {
    if ((await askOnce()).includes('edited')) return calls;
    await sleep(100);
  }
  throw new Error('the edited route never answered');
}

/** `next dev`: a route is asked, edited twice, and asked until the edited one answers. */
async function reload(app: NextApp, route: string): Promise<string> {
  return withNextWorld(async (world) => {
    const file = `${app.folder}${route}`;
    const source = await readFile(file, 'utf8');
    let calls = 0;
    await serveNext(app, world, {
      command: 'dev',
      use: async (origin) => {
        await ask(origin, 'POST', '/api/ask');
        calls += 1;
        for (const edit of ['edited once', 'edited twice']) {
          await writeFile(file, source.replace('answer:', `edit: '${edit}', answer:`));
          calls += await untilEdited(async () => {
            const answer = await ask(origin, 'POST', '/api/ask');
            return answer.includes(edit) ? 'edited' : '';
          });
        }
      },
    });
    assertCalls(world, Array<string>(calls).fill('POST /api/ask'));
    return 'one span a call, before and after edits of the route';
  });
}

/** How often the client stands in what was built for Node.js. */
async function countClients({ folder }: NextApp): Promise<number> {
  const built = `${folder}.next/server/`;
  const files = await readdir(built, { recursive: true });
  const scripts = files.filter((file) => file.endsWith('.js') && !/(?:^|[\\/])edge[\\/]/.test(file));
  const sources = await Promise.all(scripts.map((file) => readFile(`${built}${file}`, 'utf8')));
  return sources.filter((source) => source.includes('X-Stainless-Package-Version')).length;
}

function casesOf(bundler: NextBundler): readonly LoadingCase[] {
  const group = `Next.js 16.4, ${bundler}`;
  const once = { group, flags: ['--require'] as const, way: INSTRUMENTATION };
  return [
    {
      ...once,
      name: 'App Router, openai external (examples/nextjs-app)',
      run: async () => {
        const app = await builtNextApp('app-router', bundler);
        return withNextWorld(async (world) => {
          await serveNext(app, world, { command: 'start', use: askAppRouter });
          assertCalls(world, APP_ROUTER_CALLS);
          return 'route handler, stream and server action: one span a call below Next’s, priced';
        });
      },
    },
    {
      group,
      name: 'App Router, openai external, instrumentation.ts and the flag',
      run: async (flag) => {
        const app = await builtNextApp('app-router', bundler);
        return withNextWorld(async (world) => {
          await serveNext(app, world, { command: 'start', flag, use: askAppRouter });
          assertCalls(world, APP_ROUTER_CALLS);
          return 'one span a call below Next’s, priced';
        });
      },
    },
    {
      ...once,
      name: 'Pages Router, openai external (examples/nextjs-pages)',
      run: async () => {
        const app = await builtNextApp('pages-router', bundler);
        return withNextWorld(async (world) => {
          await serveNext(app, world, {
            command: 'start',
            use: async (origin) => {
              assert.match(await ask(origin, 'POST', '/api/ask'), /"answer":"/);
              assert.notEqual(await ask(origin, 'POST', '/api/stream'), '');
              await ask(origin, 'GET', '/');
            },
          });
          assertCalls(world, ['POST /api/ask', 'POST /api/stream', 'GET /']);
          return 'API route, stream and getServerSideProps: one span a call below Next’s, priced';
        });
      },
    },
    {
      ...once,
      name: 'output: standalone, started elsewhere by node server.js',
      run: async () => {
        const app = await copyNextApp('app-router', bundler, 'standalone');
        const config = `${app.folder}next.config.ts`;
        const source = await readFile(config, 'utf8');
        await writeFile(config, source.replace('= {', "= {\n  output: 'standalone',"));
        await buildNextApp(app);
        // Out of reach of the packages that it was built beside.
        const elsewhere = await mkdtemp(path.join(tmpdir(), 'genvitals-next-'));
        try {
          await cp(`${app.folder}.next/standalone`, elsewhere, { recursive: true });
          // As deep below its root as the app is.
          const server = path.join(elsewhere, path.relative(ROOT, app.folder), 'server.js');
          return await withNextWorld(async (world) => {
            await serveNext({ ...app, folder: path.dirname(server) }, world, {
              command: { file: server },
              use: askAppRouter,
            });
            assertCalls(world, APP_ROUTER_CALLS);
            return 'one span a call below Next’s, priced';
          });
        } finally {
          await rm(elsewhere, { recursive: true });
        }
      },
    },
    {
      ...once,
      name: 'App Router, nothing external, instrument(OpenAI)',
      run: async () => {
        const app = await builtNextApp('by-hand', bundler, ABOUT_EDGE);
        return withNextWorld(async (world) => {
          await serveNext(app, world, {
            command: 'start',
            use: async (origin) => {
              for (let times = 0; times < 2; times++) {
                await ask(origin, 'POST', '/api/ask');
                await act(origin, '/');
              }
            },
          });
          assertCalls(world, ['POST /api/ask', 'POST /', 'POST /api/ask', 'POST /']);
          const copies = await countClients(app);
          assert.ok(bundler === 'webpack' || copies === 2, `expected Turbopack's 2 copies, got ${copies}`);
          return `built ${copies === 1 ? 'once' : 'twice'} into the server; one span a call below Next’s, priced`;
        });
      },
    },
    {
      ...once,
      name: 'edge route and middleware that import all of it',
      run: async () => {
        const app = await builtNextApp('by-hand', bundler, ABOUT_EDGE);
        return withNextWorld(async (world) => {
          await serveNext(app, world, {
            command: 'start',
            use: async (origin) => {
              await ask(origin, 'POST', '/api/ask');
              assert.match(await ask(origin, 'POST', '/api/edge'), /"runtime":"edge"/);
            },
          });
          assertCalls(world, ['POST /api/ask'], 1);
          return 'nothing there is seen or breaks; the other routes are traced';
        });
      },
    },
    {
      ...once,
      name: 'next dev, openai external, a route edited',
      run: async () => reload(await copyNextApp('app-router', bundler, 'dev'), 'app/api/ask/route.ts'),
    },
    {
      ...once,
      name: 'next dev, instrument(OpenAI), a route edited',
      run: async () => {
        const app = await copyNextApp('by-hand', bundler, 'dev-by-hand');
        // Next warns of it in each run.
        await rm(`${app.folder}middleware.js`);
        return reload(app, 'app/api/ask/route.js');
      },
    },
    {
      group,
      name: 'next build under NODE_OPTIONS',
      run: async (flag) => {
        const app = await copyNextApp('app-router', bundler, 'built-under-flag');
        return withNextWorld(async (world) => {
          const { stdout } = await buildNextApp(app, {
            ...world.env,
            GENVITALS_CONSOLE: '1',
            NODE_OPTIONS: ourArgv(flag).join(' '),
          });
          assert.doesNotMatch(stdout, /genvitals/);
          assert.deepEqual([world.collector.spans, world.collector.metrics], [[], []]);
          return 'nothing said, nothing sent';
        });
      },
    },
  ];
}

export const nextAppCases: readonly LoadingCase[] = nextBundlers.flatMap(casesOf);
