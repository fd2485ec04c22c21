import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { REGISTER, runChild } from './child-process.ts';

const PACKAGE = fileURLToPath(new URL('../', import.meta.url));

function models(calls: readonly any[]): unknown[] {
  return calls.map(({ model, outcome }) => `${model} ${outcome}`);
}

describe.concurrent('the hook sees openai', () => {
  test('that is required, whole or by its files, each call once', async () => {
    const { calls, stderr } = await runChild(`
      (async () => {
        await ask(require('openai'), 'callable');
        await ask(require('openai').OpenAI, 'named');
        await ask(require('openai').default, 'default');
        await ask(require('openai/index.js').OpenAI, 'index');
        await ask(require('openai/client').OpenAI, 'client');
        await ask(require('openai/client.js').OpenAI, 'client.js');
        class Mine extends require('openai') {}
        await ask(Mine, 'subclass');
        await ask((await import('openai')).default, 'esm beside cjs');
        const { AzureOpenAI } = require('openai/azure');
        await new AzureOpenAI({ apiKey: 'k', apiVersion: '1', endpoint: 'http://nowhere.invalid', fetch: async () => Response.json(answer) })
          .chat.completions.create({ model: 'azure', messages: [] });
      })();
    `);
    expect(models(calls)).toEqual(
      [
        'callable',
        'named',
        'default',
        'index',
        'client',
        'client.js',
        'subclass',
        'esm beside cjs',
        'azure',
      ].map((model) => `${model} success`),
    );
    expect(stderr).toBe('');
  });

  test('that is imported, whole or by its files, and required beside', async () => {
    const { calls, stderr } = await runChild(
      `
      import OpenAI, { OpenAI as Named } from 'openai';
      import { OpenAI as Client } from 'openai/client';
      import { createRequire } from 'node:module';
      await ask(OpenAI, 'default');
      await ask(Named, 'named');
      await ask(Client, 'client');
      await ask(createRequire(import.meta.url)('openai'), 'cjs beside esm');
      `,
      { isModule: true, flags: ['--import', REGISTER] },
    );
    expect(models(calls)).toEqual([
      'default success',
      'named success',
      'client success',
      'cjs beside esm success',
    ]);
    expect(stderr).toBe('');
  });

  test('while a loader by module.register is active, which gives sources as bytes', async () => {
    const { calls, stderr } = await runChild(
      `
      import { register } from 'node:module';
      const loader = 'export const load = async (url, context, next) => { const result = await next(url, context); return result.source == null ? result : { ...result, source: new Uint8Array(Buffer.from(result.source)) }; };';
      register('data:text/javascript,' + encodeURIComponent(loader));
      const { default: OpenAI } = await import('openai');
      await ask(OpenAI, 'm');
      `,
      { isModule: true },
    );
    expect(models(calls)).toEqual(['m success']);
    expect(stderr).toBe('');
  });

  test('that a transpiler compiles by its own extension handler, as tsx and ts-node do', async () => {
    const { calls } = await runChild(`
      const Module = require('node:module');
      const { readFileSync } = require('node:fs');
      const load = Module._extensions['.js'];
      Module._extensions['.js'] = (module, filename) =>
        filename.includes('node_modules')
          ? module._compile('/* transpiled */ ' + readFileSync(filename, 'utf8'), filename)
          : load(module, filename);
      void ask(require('openai')).then(() => undefined);
    `);
    expect(models(calls)).toEqual(['m success']);
  });

  test('that was loaded before it', async () => {
    const { calls } = await runChild(
      `
      const OpenAI = require('openai');
      const client = clientOf(OpenAI);
      require('@genvitals/instrumentation-openai/register');
      void client.chat.completions.create({ model: 'm', messages: [] }).then(() => undefined);
      `,
      { flags: [] },
    );
    expect(models(calls)).toEqual(['m success']);
  });

  test('once, however often it is installed, and by hand beside it', async () => {
    const { calls, stderr } = await runChild(
      `
      import { createRequire } from 'node:module';
      import { instrument, OpenAIInstrumentation } from '@genvitals/instrumentation-openai';
      import { installHook } from '@genvitals/instrumentation-openai/host';
      createRequire(import.meta.url)('@genvitals/instrumentation-openai/register');
      console.log(installHook(), installHook());
      new OpenAIInstrumentation();
      const { default: OpenAI } = await import('openai');
      instrument(OpenAI);
      await ask(OpenAI);
      `,
      { isModule: true, flags: ['--require', REGISTER, '--require', REGISTER, '--import', REGISTER] },
    );
    expect(models(calls)).toEqual(['m success']);
    expect(stderr).toBe('');
  });

  test('once, with two copies of this package in the process, which share one state', async () => {
    mkdirSync(join(PACKAGE, '.cache'), { recursive: true });
    const copy = mkdtempSync(join(PACKAGE, '.cache', 'copy-'));
    onTestFinished(() => rmSync(copy, { recursive: true }));
    cpSync(join(PACKAGE, 'src'), join(copy, 'src'), { recursive: true });
    cpSync(join(PACKAGE, 'package.json'), join(copy, 'package.json'));
    const { calls, printed } = await runChild(
      `
      const other = ${JSON.stringify(copy)};
      (async () => {
        const mine = await import('@genvitals/instrumentation-openai/host');
        require(other + '/src/register.ts');
        const theirs = require(other + '/src/host.ts');
        const OpenAI = require('openai');
        require(other + '/src/index.ts').instrument(OpenAI);
        (await import('@genvitals/instrumentation-openai')).instrument(OpenAI);
        await ask(OpenAI);
        console.log(mine.installHook === theirs.installHook, mine.seenOpenAI() === theirs.seenOpenAI(), mine.seenOpenAI().length);
      })();
      `,
    );
    expect(models(calls)).toEqual(['m success']);
    expect(printed).toBe('false true 1');
  });
});

describe.concurrent('the hook', () => {
  test('does nothing in a process that loads no openai, whatever its files are called', async () => {
    const folder = mkdtempSync('/tmp/genvitals-');
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(
      join(folder, 'client.js'),
      'class OpenAI { }; OpenAI.OpenAI = OpenAI; exports.OpenAI = OpenAI;',
    );
    mkdirSync(join(folder, 'openai'));
    writeFileSync(join(folder, 'openai', 'client.mjs'), 'export class Client {}');
    const { printed, stderr, calls } = await runChild(`
      const { OpenAI } = require(${JSON.stringify(join(folder, 'client.js'))});
      (async () => {
        await import(${JSON.stringify(join(folder, 'openai', 'client.mjs'))});
        require('node:http'); require('node:crypto');
        console.log(typeof OpenAI, globalThis[Symbol.for('genvitals.openai.v1')].runtime === undefined);
      })();
    `);
    expect(printed).toBe('function true');
    expect(stderr).toBe('');
    expect(calls).toEqual([]);
  });

  test('tells of an installation that is broken, once, and the app goes on', async () => {
    mkdirSync(join(PACKAGE, '.cache'), { recursive: true });
    const copy = mkdtempSync(join(PACKAGE, '.cache', 'broken-'));
    onTestFinished(() => rmSync(copy, { recursive: true }));
    cpSync(join(PACKAGE, 'src'), join(copy, 'src'), { recursive: true });
    cpSync(join(PACKAGE, 'package.json'), join(copy, 'package.json'));
    rmSync(join(copy, 'src', 'seam.ts'));
    const { calls, printed, stderr } = await runChild(
      `
      (async () => {
        await ask(require('openai'));
        await ask((await import('openai')).default);
        console.log('went on');
      })();
      `,
      { flags: ['--require', join(copy, 'src', 'register.ts')] },
    );
    expect(printed).toBe('went on');
    expect(calls).toEqual([]);
    expect(stderr.split('\n').filter((line) => line !== '')).toEqual([
      expect.stringMatching(
        /^genvitals: the instrumentation could not be loaded \(.*seam\.ts.*\), so no OpenAI call is seen: install/,
      ),
    ]);
  });

  test('tells where it cannot be installed, once, and the way by hand is still there', async () => {
    const { calls, stderr } = await runChild(
      `
      require('node:module').registerHooks = undefined;
      require('@genvitals/instrumentation-openai/register');
      const { instrument } = require('@genvitals/instrumentation-openai');
      const { installHook } = require('@genvitals/instrumentation-openai/host');
      console.log(installHook());
      void ask(instrument(require('openai'))).then(() => undefined);
      `,
      { flags: [] },
    );
    expect(stderr.trim()).toMatch(
      /^genvitals: this runtime has no module\.registerHooks, .* call `instrument\(OpenAI\)`.*$/,
    );
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(models(calls)).toEqual(['m success']);
  });

  test('loads no OpenTelemetry API, and nothing of openai', async () => {
    const { printed } = await runChild(`
      ask(require('openai')).then(() => {
        console.log(Object.keys(require.cache).filter((path) => path.includes('@opentelemetry')).length);
      });
    `);
    expect(printed).toBe('0');
  });

  test('leaves the source that a debugger and a stack trace show in its lines', async () => {
    const { printed } = await runChild(`
      const bare = require('node:fs').readFileSync(require.resolve('openai/client.js'), 'utf8');
      const line = bare.split('\\n').findIndex((text) => text.includes('async makeRequest(')) + 1;
      const OpenAI = require('openai');
      clientOf(OpenAI, async () => { throw new Error('no'); }).chat.completions.create({ model: 'm', messages: [] }).catch((error) => {
        const at = /client\\.js:(\\d+)/.exec(error.stack)[1];
        console.log(Number(at) > line && Number(at) < line + 400);
      });
    `);
    expect(printed).toBe('true');
  });
});
