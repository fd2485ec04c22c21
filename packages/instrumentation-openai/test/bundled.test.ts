import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { VERSION as OPENAI_VERSION } from 'openai/version';
import { chatCompletion } from './answers.ts';
import { endpoints } from '../src/endpoints/index.ts';
import { watchRequests } from '../src/openai-requests.ts';
import { bundleApp, TWO_CALLS } from './app-bundle.ts';
import { type ChildOptions, type ChildResult, runChild } from './child-process.ts';
import { createProviderServer, json, type ProviderServer } from './provider-server.ts';

let server: ProviderServer;

beforeEach(async () => {
  server = await createProviderServer();
  server.script(json(chatCompletion()));
  onTestFinished(() => server.close());
});

function run(script: string, options: ChildOptions = {}): Promise<ChildResult> {
  return runChild(script, {
    ...options,
    env: { OPENAI_BASE_URL: server.url, GENVITALS_PROVIDERS: '127.0.0.1=openai', ...options.env },
  });
}

function load(file: string): string {
  return `import(${JSON.stringify(file)})`;
}

const warning = (version: string): RegExp =>
  new RegExp(
    `^genvitals: openai ${version.replaceAll('.', '\\.')} is bundled into your build, so its calls can't be traced by themselves: make it external [^\\n]*instrumentation-openai/bundler[^\\n]*instrument\\(OpenAI\\)[^\\n]*--import[^\\n]*\\n$`,
  );

describe('an openai that is bundled into the app', () => {
  test.each([
    ['esm', false],
    ['esm', true],
    ['cjs', false],
    ['cjs', true],
  ] as const)('is told of once, whatever the build (%s, minified: %s)', async (format, minify) => {
    const { stderr, calls, printed } = await run(load(await bundleApp(TWO_CALLS, { format, minify })));
    expect(stderr).toMatch(warning(OPENAI_VERSION));
    expect(calls).toEqual([]);
    expect(printed.split('\n')).toHaveLength(2);
    expect(server.requests).toHaveLength(2);
  });

  test('is told of where it sends by node:http, as openai 4 does', async () => {
    const file = await bundleApp(TWO_CALLS.replace("'openai'", "'openai-4-104'"));
    const { stderr, printed } = await run(load(file));
    expect(stderr).toMatch(warning('4.104.0'));
    expect(printed.split('\n')).toHaveLength(2);
  });

  test('runs where its file is named like the client’s, and the class stands inside of a function', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'openai-app-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'client.js');
    writeFileSync(file, '(() => { class OpenAI {}; OpenAI.OpenAI = OpenAI; })(); console.log("ran");');
    expect(await run(load(file))).toMatchObject({ printed: 'ran', stderr: '' });
  });

  test('is told of by the instrumentation as an object, too', async () => {
    const script = `import { OpenAIInstrumentation } from '@genvitals/instrumentation-openai';
      new OpenAIInstrumentation(); await ${load(await bundleApp(TWO_CALLS))}`;
    expect((await run(script, { flags: [], isModule: true })).stderr).toMatch(warning(OPENAI_VERSION));
    const off = script.replace('OpenAIInstrumentation()', 'OpenAIInstrumentation({ enabled: false })');
    expect((await run(off, { flags: [], isModule: true })).stderr).toBe('');
  });

  test.each([
    ['jest', '/app/node_modules/jest-worker/build/workers/processChild.js'],
    ['jest', '/app/node_modules/.bin/jest'],
    ['vitest', '/app/node_modules/.pnpm/vitest@5.1.1/node_modules/vitest/vitest.mjs'],
  ])('is not called bundled where %s loads it past the hook (%s)', async (runner, script) => {
    const file = await bundleApp(TWO_CALLS);
    const { stderr } = await run(`process.argv[1] = ${JSON.stringify(script)}; ${load(file)}`);
    expect(stderr).toMatch(
      new RegExp(
        `^genvitals: openai ${OPENAI_VERSION.replaceAll('.', '\\.')} is loaded by ${runner}'s own module system, [^\\n]*\\n$`,
      ),
    );
  });

  test('is called bundled in an app of a folder that is only named like a test runner', async () => {
    const file = await bundleApp(TWO_CALLS);
    const { stderr } = await run(`process.argv[1] = '/home/jest/vitest/dist/app.js'; ${load(file)}`);
    expect(stderr).toMatch(warning(OPENAI_VERSION));
  });

  test('is no more than untraced where modules cannot be watched, by which it need not be bundled', async () => {
    const file = await bundleApp(TWO_CALLS);
    const { stderr } = await run(
      `require('node:module').registerHooks = undefined;
       const { installHook, seenOpenAI } = require('@genvitals/instrumentation-openai/host');
       const isHooked = installHook();
       process.on('exit', () => console.error(isHooked, installHook(), JSON.stringify(seenOpenAI())));
       ${load(file)}`,
      { flags: [] },
    );
    expect(stderr.split('\n')).toEqual([
      `genvitals: calls of openai ${OPENAI_VERSION} can't be traced by themselves, for module.registerHooks is missing in ${process.version}: take Node 22.15 or newer, or call \`instrument(OpenAI)\` of @genvitals/instrumentation-openai where the client is made.`,
      `false false [{"version":"${OPENAI_VERSION}","seam":"none","file":""}]`,
      '',
    ]);
  });

  test('is followed from where it is patched by hand, and told as such', async () => {
    const late = TWO_CALLS.replace('(console.log(model),', '(instrument(OpenAI),').replace(
      'import',
      "import { instrument } from '@genvitals/instrumentation-openai'; import",
    );
    const { stderr, calls, printed } = await run(
      `process.on('exit', () => console.log(JSON.stringify(require('@genvitals/instrumentation-openai/host').seenOpenAI())));
       ${load(await bundleApp(late))}`,
    );
    expect(stderr).toMatch(warning(OPENAI_VERSION));
    expect(calls.map(({ model }) => model)).toEqual(['two']);
    expect(printed).toContain(`[{"version":"${OPENAI_VERSION}","seam":"request","file":""}]`);
  });

  test('is not told of where nobody would see its calls anyway', async () => {
    const file = await bundleApp(TWO_CALLS);
    const { stderr } = await run(load(file), { env: { GENVITALS_CALL_LOG: 'off' } });
    expect(stderr).toBe('');
    expect(server.requests).toHaveLength(2);
  });

  test('is not told of where another one was seen', async () => {
    const { stderr, calls } = await run(
      `ask(require('openai')).then(() => ${load(await bundleApp(TWO_CALLS))})`,
    );
    expect(stderr).toBe('');
    expect(calls).toHaveLength(1);
  });

  test('is not told of where it is patched by hand, before its first call', async () => {
    const byHand = TWO_CALLS.replace('new OpenAI(', 'new (instrument(OpenAI))(').replace(
      'import',
      "import { instrument } from '@genvitals/instrumentation-openai'; import",
    );
    const { stderr, calls } = await run(load(await bundleApp(byHand, { minify: true })));
    expect(stderr).toBe('');
    expect(calls.map(({ model, cost_status: cost }) => [model, cost])).toEqual([
      ['one', 'full'],
      ['two', 'full'],
    ]);
  });
});

describe('a request', () => {
  const OPENAI = { 'x-stainless-lang': 'js', 'x-stainless-package-version': '7.57.0' };

  const PATH = '/chat/completions';

  test.each<[string, Record<string, string>, string, string]>([
    [
      'of another provider’s client, which has the same maker',
      { ...OPENAI, 'x-stainless-package-version': '1.2.0' },
      PATH,
      'POST',
    ],
    ['of Anthropic’s client', { ...OPENAI, 'anthropic-version': '2023-06-01' }, PATH, 'POST'],
    ['of a client in another language', { ...OPENAI, 'x-stainless-lang': 'python' }, PATH, 'POST'],
    ['of no client at all', {}, PATH, 'POST'],
    [
      'that is passed on for another process',
      { ...OPENAI, 'x-stainless-runtime': 'node', 'x-stainless-runtime-version': 'v18.0.0' },
      PATH,
      'POST',
    ],
    ['for something else', OPENAI, '/files', 'POST'],
    ['that asks for what is there', OPENAI, PATH, 'GET'],
  ])('%s is none of a bundled openai', async (_, headers, path, method) => {
    const init = { method, headers, ...(method === 'POST' ? { body: '{}' } : {}) };
    const { stderr } = await run(
      `const url = process.env.OPENAI_BASE_URL + ${JSON.stringify(path)};
       fetch(url, ${JSON.stringify(init)}).then(() =>
         require('node:http').request(url, ${JSON.stringify({ method, headers })}, (answer) => answer.resume()).end());`,
    );
    expect(stderr).toBe('');
    expect(server.requests).toHaveLength(2);
  });

  test('that has all the marks, by fetch or node:http, is one', async () => {
    const init = JSON.stringify({ method: 'POST', headers: OPENAI });
    const fetched = await run(`fetch(process.env.OPENAI_BASE_URL + '/responses?a=1', ${init});`);
    expect(fetched.stderr).toMatch(warning('7.57.0'));
    const sent = await run(
      `require('node:http').request(process.env.OPENAI_BASE_URL + '/embeddings', ${init}, (answer) => answer.resume()).end();`,
    );
    expect(sent.stderr).toMatch(warning('7.57.0'));
  });

  test('to each endpoint that is traced and posted to is one', async () => {
    const paths = endpoints
      .filter(({ method }) => method === 'post')
      .map(({ path }) => path.replace('{id}', 'some_id'));
    const seen: string[] = [];
    onTestFinished(watchRequests((version) => void seen.push(version)));
    for (const path of paths) await fetch(`${server.url}${path}`, { method: 'POST', headers: OPENAI });
    expect(paths.length).toBeGreaterThan(10);
    expect(seen).toHaveLength(paths.length);
  });
});
