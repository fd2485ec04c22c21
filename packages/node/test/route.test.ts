import type { AddressInfo } from 'node:net';
import { createServer, get, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type * as Express from 'express';
import { describe, expect, test } from 'vitest';
import { routeOf } from '../src/http/route.ts';

const require = createRequire(import.meta.url);
// Under the conditions this repository is tested with, its module comes where a function is wanted.
for (const owner of [
  require.resolve('router-2-2'),
  createRequire(require.resolve('express')).resolve('router'),
]) {
  const file = createRequire(owner).resolve('is-promise');
  const isPromise = require(file) as { readonly default?: unknown };
  const cached = require.cache[file];
  if (typeof isPromise !== 'function' && cached !== undefined) cached.exports = isPromise.default;
}
const express5 = require('express') as typeof Express.default;
const express4 = require('express-4-22') as typeof Express.default;
const router22 = require('router-2-2') as typeof express5.Router;

interface Kind {
  readonly name: string;
  readonly app: () => Express.Express;
  readonly router: typeof express5.Router;
  readonly optional: string;
  readonly wildcard: string;
  /** Routers of before 2.3 keep no pattern. */
  readonly isBlind: boolean;
}

const kinds: readonly Kind[] = [
  {
    name: 'express 4',
    app: () => express4(),
    router: express4.Router,
    optional: '/files/:id?',
    wildcard: '/files/*',
    isBlind: false,
  },
  {
    name: 'express 5',
    app: () => express5(),
    router: express5.Router,
    optional: '/files{/:id}',
    wildcard: '/files/*rest',
    isBlind: false,
  },
  {
    name: 'express 5 with a router of before 2.3',
    app: () => Object.defineProperty(express5(), 'router', { value: router22() }),
    router: router22,
    optional: '/files{/:id}',
    wildcard: '/files/*rest',
    isBlind: true,
  },
];

/** The route in the handler, and once the response is out: what is asked for a metric, and for a span's name. */
async function ask(app: RequestListener, path: string): Promise<string | undefined> {
  let atClose: Promise<string | undefined> | undefined;
  const server = createServer(app);
  server.prependListener('request', (request, response) => {
    atClose = new Promise((resolve) => {
      response.on('close', () => {
        resolve(routeOf(request));
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const inHandler = await new Promise<string>((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, agent: false }, (response) => {
      response.setEncoding('utf8');
      let body = '';
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => {
        resolve(body);
      });
    }).on('error', reject);
  });
  server.close();
  expect(await atClose).toBe(inHandler);
  return inHandler;
}

const answer: Express.RequestHandler = (request, response) => {
  response.end(routeOf(request));
};

describe.each(kinds)('the route in $name', ({ app: newApp, router: newRouter, ...kind }) => {
  function mounted(mount: string | RegExp | (string | RegExp)[], path: string | RegExp | string[] = '/ask') {
    const app = newApp();
    const router = newRouter({ mergeParams: true });
    router.get(path, answer);
    app.use((_request, _response, next) => {
      next();
    });
    app.use(mount, router);
    return app;
  }

  test.each([
    ['/tenants/:tenant', '/tenants/alice-smith/ask', '/tenants/:tenant/ask'],
    ['/tenants/:tenant', '/tenants/tenants/ask?q=secret', '/tenants/:tenant/ask'],
    ['/tenants/:tenant', '/tenants/a%40b%2Fc%20d/ask', '/tenants/:tenant/ask'],
    ['/tenants/:tenant/', '/tenants/alice/ask/', '/tenants/:tenant/ask'],
    ['/:org/in/:team', '/acme/in/in/ask', '/:org/in/:team/ask'],
    ['/api/v1', '/api/v1/ask', '/api/v1/ask'],
    ['/a.b/c-d_e', '/a.b/c-d_e/ask', '/a.b/c-d_e/ask'],
    ['/', '/ask', '/ask'],
  ])('mounted at %s is of %s: %s', async (mount, path, route) => {
    expect(await ask(mounted(mount), path)).toBe(route);
  });

  test('is not in the spelling of each client', async () => {
    const app = mounted('/Api/:tenant');
    const routes = [await ask(app, '/API/alice/ask'), await ask(app, '/aPi/bob/ask')];
    const route = kind.isBlind ? '/api/:tenant/ask' : '/Api/:tenant/ask';
    expect(routes).toEqual([route, route]);
  });

  test('has a parameter that is a part of a segment', async () => {
    const route = await ask(mounted('/org/from-:tenant'), '/org/from-alice/ask');
    expect(route).toBe(kind.isBlind ? '/:value/:value/ask' : '/org/from-:tenant/ask');
  });

  test('has a parameter that may be left out', async () => {
    const app = mounted(kind.optional);
    expect(await ask(app, '/files/alice/ask')).toBe(kind.isBlind ? '/files/:id/ask' : `${kind.optional}/ask`);
    expect(await ask(mounted(kind.optional, '/'), '/files')).toBe(kind.isBlind ? '/files' : kind.optional);
  });

  test('has a mount that takes all of the path', async () => {
    const route = await ask(mounted(kind.wildcard, '/'), '/files/alice/bob');
    expect(route).toBe(kind.isBlind ? '/files/:rest/:rest' : kind.wildcard);
  });

  test('has a regular expression as it is written, and nothing of what that matched', async () => {
    const app = mounted(/^\/t\/[a-z]+/);
    const route = kind.isBlind ? '/:value/:value/ask' : String.raw`/^\/t\/[a-z]+//ask`;
    expect(await ask(app, '/t/alice/ask')).toBe(route);
    expect(await ask(app, '/t/bob/ask')).toBe(route);
  });

  test('has the one path of a list that matched', async () => {
    const app = mounted(['/one', '/two/:b/:c', '/three/:d']);
    expect(await ask(app, '/one/ask')).toBe('/one/ask');
    expect(await ask(app, '/two/x/y/ask')).toBe('/two/:b/:c/ask');
    expect(await ask(app, '/three/x/ask')).toBe('/three/:d/ask');
  });

  test('has every router it is nested in', async () => {
    const app = newApp();
    const outer = newRouter();
    const inner = newRouter();
    app.use('/api', outer);
    outer.use('/:org', (_request, _response, next) => {
      next();
    });
    outer.use('/tenants/:tenant', inner);
    outer.use('/people/:person', inner);
    inner.get('/users/:id', answer);
    inner.get('/', answer);
    expect(await ask(app, '/api/tenants/alice/users/7')).toBe('/api/tenants/:tenant/users/:id');
    expect(await ask(app, '/api/people/alice/users/7')).toBe('/api/people/:person/users/:id');
    expect(await ask(app, '/api/people/alice/')).toBe('/api/people/:person');
  });

  test('has the mounts of apps in apps', async () => {
    const app = newApp();
    const other = newApp();
    const middle = newApp();
    app.use('/other', other);
    app.use('/x/:tenant', middle);
    const inner = newApp();
    middle.use('/y/:person', inner);
    const router = newRouter();
    inner.use('/z', router);
    other.get('/ask', answer);
    router.get('/ask', answer);
    expect(await ask(app, '/other/ask')).toBe('/other/ask');
    expect(await ask(app, '/x/alice/y/bob/z/ask')).toBe('/x/:tenant/y/:person/z/ask');
  });

  test('has the mount of a function that asks a router of its own', async () => {
    const app = newApp();
    const router = newRouter();
    const inner = newRouter();
    inner.get('/ask', answer);
    router.use('/people/:person', inner);
    router.get('/ask', answer);
    app.use('/:any', (_request, _response, next) => {
      next();
    });
    app.use('/tenants/:tenant', (request, response, next) => {
      router(request, response, next);
    });
    expect(await ask(app, '/tenants/alice/ask')).toBe('/tenants/:tenant/ask');
    expect(await ask(app, '/tenants/alice/people/bob/ask')).toBe('/tenants/:tenant/:value/:value/ask');
  });

  test('has a mount that was made after the first request', async () => {
    const app = newApp();
    const router = newRouter();
    router.get('/ask', answer);
    app.use('/a/:one', router);
    expect(await ask(app, '/a/x/ask')).toBe('/a/:one/ask');
    app.use('/b/:two', router);
    expect(await ask(app, '/b/x/ask')).toBe('/b/:two/ask');
  });

  test('has the mounts of an app in a router', async () => {
    const app = newApp();
    const router = newRouter();
    const other = newApp();
    other.get('/ask', answer);
    router.use('/tenants/:tenant', other);
    app.use('/api', router);
    expect(await ask(app, '/api/tenants/alice/ask')).toBe('/api/tenants/:tenant/ask');
  });

  test('has no value where no app is in sight', async () => {
    const router = newRouter();
    const inner = newRouter();
    inner.get('/ask', answer);
    router.use('/tenants/:tenant', inner);
    const handler: RequestListener = (request, response) => {
      router(request as Express.Request, response as Express.Response, () => {
        response.end();
      });
    };
    expect(await ask(handler, '/tenants/alice/ask')).toBe('/:value/:value/ask');
  });

  test('has each pattern of a list of its own, and few of many', async () => {
    expect(await ask(mounted('/:tenant', ['/ask', '/say/:what']), '/alice/say/it')).toBe(
      '/:tenant(/ask|/say/:what)',
    );
    const many = Array.from({ length: 20 }, (_, index) => `/${index}`);
    expect(await ask(mounted('/:tenant', many), '/alice/3')).toBe('/:tenant(/0|/1|/2|/3|/4|/5|/6|/7|…)');
  });

  test('leaves what the app sees as it is', async () => {
    const app = newApp();
    const router = newRouter({ mergeParams: true });
    const sticky = /^\/s\/[a-z]+/;
    router.get('/ask', (request, response) => {
      routeOf({ app, baseUrl: '/t/bob', url: '/ask', route: request.route as object });
      response.end(`${JSON.stringify(request.params)} ${request.baseUrl} ${request.url}`);
    });
    app.use(['/t/:tenant', sticky], router);
    const server = createServer(app);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/t/alice/ask`);
    expect(await response.text()).toBe('{"tenant":"alice"} /t/alice /ask');
    server.close();
  });
});

describe('the route of a request', () => {
  test.each([
    ['its own pattern', { baseUrl: '', route: { path: '/users/:id' } }, '/users/:id'],
    ['no name of an unknown mount', { baseUrl: '/api/v1', route: { path: '/' } }, '/:value/:value'],
    [
      'few segments of an unknown mount',
      { baseUrl: '/a'.repeat(99), route: { path: '/' } },
      '/:value'.repeat(8),
    ],
    ['the root', { baseUrl: '', route: { path: '/' } }, '/'],
    [
      'a regular expression as it is written',
      { baseUrl: '', route: { path: /^\/v\d/ } },
      String.raw`/^\/v\d/`,
    ],
    [
      'no value where an app cannot be read',
      {
        baseUrl: '/alice',
        route: { path: '/ask' },
        get app(): never {
          throw new Error('no app');
        },
      },
      '/:value/ask',
    ],
  ])('has %s', (_what, request, route) => {
    expect(routeOf(request)).toBe(route);
  });

  test.each([
    ['before a router has found it', {}],
    ['where nothing matched', { route: undefined }],
    ['of another framework', { route: null }],
  ])('is unknown %s', (_when, request) => {
    expect(routeOf(request)).toBeUndefined();
  });
});
