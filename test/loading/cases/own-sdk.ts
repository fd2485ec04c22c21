import assert from 'node:assert/strict';
import type { Flag } from '../app.ts';
import { installFixture } from '../fixture.ts';
import { type LoadingCase, withWorld, type World } from '../loading-case.ts';
import { type Served, serve } from '../serve.ts';
import { appSpans, callSpans, isFromOurSdk, toMultiset } from '../spans.ts';
import { headerValues } from '../upstream.ts';

const lines = [
  { fixture: 'otel-3', title: 'NodeSDK 0.301 (3.x)' },
  { fixture: 'otel-2', title: 'NodeSDK 0.223 (2.x)' },
] as const;
const files = ['app.cjs', 'app.mjs'] as const;
const starts = ['first', 'awaited', 'preloaded', 'late'] as const;
const startTitles: Readonly<Record<(typeof starts)[number], string>> = {
  first: 'in its first lines',
  awaited: 'after an await',
  preloaded: 'by a preload before ours',
  late: 'after the first request',
};

interface Seen extends Pick<World, 'collector'> {
  readonly end: Served;
  readonly traceparents: readonly number[];
}

interface Setup {
  readonly fixture: (typeof lines)[number]['fixture'];
  readonly file: (typeof files)[number];
  readonly start: (typeof starts)[number];
  readonly hasHttp: boolean;
  readonly hasLogger: boolean;
}

async function runApp(setup: Setup, flag: Flag | undefined): Promise<Seen> {
  const { folder } = await installFixture(setup.fixture);
  return withWorld(async ({ collector, upstream, env }) => {
    const end = await serve(`${folder}${setup.file}`, ['/ask', '/ask'], {
      flag,
      cwd: folder,
      execArgv: setup.start === 'preloaded' ? ['--require', `${folder}sdk.cjs`] : [],
      env: {
        ...env,
        APP_SDK: setup.start,
        APP_HTTP: setup.hasHttp ? '1' : '0',
        OTEL_LOG_LEVEL: setup.hasLogger ? 'error' : undefined,
      },
    });
    const traceparents = upstream.requests.map(
      ({ rawHeaders }) => headerValues(rawHeaders, 'traceparent').length,
    );
    return { collector, end, traceparents };
  });
}

async function compare(setup: Setup, flag: Flag): Promise<string> {
  const bare = await runApp(setup, undefined);
  const traced = await runApp(setup, flag);
  for (const key of ['code', 'signal', 'stdout', 'stderr'] as const)
    assert.equal(traced.end[key], bare.end[key], key);
  const calls = callSpans(traced.collector);
  assert.equal(calls.length, 2, 'one span a call');
  if (setup.start === 'late') {
    // What was begun before stays with us; from then on everything is the app's.
    const own = appSpans(traced.collector).filter((span) => !isFromOurSdk(span));
    assert.deepEqual(toMultiset(own), toMultiset(appSpans(bare.collector)));
    assert.equal(calls.filter(isFromOurSdk).length, 1);
    assert.ok(
      traced.traceparents.every((count) => count <= 1),
      'never two traceparents',
    );
    return 'yields: later spans are the app’s, ours among them';
  }
  assert.deepEqual(toMultiset(appSpans(traced.collector)), toMultiset(appSpans(bare.collector)));
  assert.deepEqual(traced.traceparents, bare.traceparents);
  assert.deepEqual(traced.collector.spans.filter(isFromOurSdk), []);
  return `${appSpans(traced.collector).length} spans of the app as before, ${calls.length} of ours among them`;
}

function* combinations(): Generator<LoadingCase> {
  for (const { fixture, title } of lines) {
    for (const file of files) {
      for (const start of starts) {
        if (start === 'late' && file === 'app.mjs') continue;
        for (const hasHttp of [false, true]) {
          const http = hasHttp ? ', its HTTP instrumentations' : '';
          yield {
            group: title,
            name: `${file === 'app.cjs' ? 'CommonJS' : 'ES module'}, started ${startTitles[start]}${http}`,
            run: (flag) => compare({ fixture, file, start, hasHttp, hasLogger: false }, flag),
          };
        }
      }
    }
    yield {
      group: title,
      name: 'CommonJS, started after the first request, with a diag logger',
      run: (flag) =>
        compare({ fixture, file: 'app.cjs', start: 'late', hasHttp: true, hasLogger: true }, flag),
    };
  }
}

export const ownSdk: readonly LoadingCase[] = [...combinations()];
