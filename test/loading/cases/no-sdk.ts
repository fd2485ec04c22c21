import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { spanKinds } from '@genvitals/otlp';
import { type Flag, ourArgv } from '../app.ts';
import { totalOf } from '../collector.ts';
import { type LoadingCase, type World, withWorld } from '../loading-case.ts';
import { serve } from '../serve.ts';
import { headerValues } from '../upstream.ts';

const LEAKS = /^process\.(?:command|owner|executable)|^host\.id$/;

/** One question is one trace: the server's span by its route, the call in it, the fetch in that. */
function checkTraces({ collector, upstream }: World, routes: readonly string[]): void {
  const byId = new Map(collector.spans.map(({ span }) => [span.spanId, span]));
  const calls = collector.spans.filter(({ span }) => span.name === 'chat gpt-4o-mini');
  assert.equal(calls.length, routes.length, 'one span a call');
  assert.deepEqual(
    calls.map(({ span }) => span.attributes['genvitals.feature.name']),
    routes,
  );
  assert.deepEqual(
    calls.map(({ span }) => byId.get(span.parentSpanId)?.name),
    routes.map((route) => `GET ${route}`),
  );
  const fetches = collector.spans.filter(({ scope }) => scope.name.endsWith('instrumentation-undici'));
  assert.deepEqual(
    fetches.map(({ span }) => byId.get(span.parentSpanId)?.name),
    routes.map(() => 'chat gpt-4o-mini'),
  );
  assert.equal(collector.spans.length, 3 * routes.length, 'and no span beside');
  for (const { span } of collector.spans) {
    assert.ok(!inspect(span.attributes).includes('secret'), 'no query and no header is in a span');
    const route = span.attributes['http.route'];
    if (span.kind === spanKinds.server) assert.ok(typeof route === 'string' && routes.includes(route));
  }
  for (const { rawHeaders } of upstream.requests) {
    const [parent, ...others] = headerValues(rawHeaders, 'traceparent');
    assert.deepEqual(others, [], 'exactly one traceparent');
    assert.equal(byId.get(parent?.split('-')[2] ?? '')?.name, 'POST');
  }
}

function checkRest({ collector }: World, calls: number): void {
  assert.equal(totalOf(collector, 'genvitals.client.calls'), calls);
  assert.equal(collector.logRecords.length, calls);
  const attributes = collector.spans[0]?.resource.attributes ?? {};
  assert.equal(attributes['service.name'], '@genvitals/test', 'from package.json');
  assert.deepEqual(
    Object.keys(attributes).filter((key) => LEAKS.test(key)),
    [],
  );
}

async function runServer(
  file: string,
  flag: Flag,
  routes: Readonly<Record<string, string>>,
  execArgv: readonly string[] = [],
): Promise<string> {
  return withWorld(async (world) => {
    const end = await serve(file, Object.keys(routes), { flag, env: world.env, execArgv });
    assert.equal(end.stderr, '');
    assert.equal(end.code, 0);
    checkTraces(world, Object.values(routes));
    checkRest(world, Object.keys(routes).length);
    return `${world.collector.spans.length} spans, one trace a question`;
  });
}

const group = 'No SDK of the app';

export const noSdk: readonly LoadingCase[] = [
  {
    group,
    name: 'CommonJS, Express',
    isFast: true,
    run: (flag) =>
      runServer('server.cjs', flag, {
        '/ask?q=secret': '/ask',
        '/api/v1/questions/17?q=secret': '/api/v1/questions/:id',
        '/users/alice-smith/questions/3': '/users/:user/questions/:id',
      }),
  },
  {
    group,
    name: 'ES module with top-level await, Express',
    isFast: true,
    flags: ['--import', '--require'],
    run: (flag) => runServer('server.mjs', flag, { '/ask?q=secret': '/ask' }),
  },
  {
    group,
    name: 'the flag given twice, in both ways',
    isFast: true,
    run: (flag) =>
      runServer('server.cjs', flag, { '/ask': '/ask' }, [...ourArgv('--import'), ...ourArgv('--require')]),
  },
];
