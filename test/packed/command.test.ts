import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';

import { type AppEnd, startApp } from './app-process.ts';
import { type BlankFolder, createBlankFolder, installers } from './blank-folder.ts';

const CALLS = 12;

interface DemoDocument {
  readonly calls: { readonly total: number; readonly errors: number; readonly cancelled: number };
  readonly tokens: { readonly input: number; readonly output: number };
  readonly experiments: Readonly<Record<string, object>>;
}

describe.each(installers)('the command, installed by %s', (installer) => {
  let folder: BlankFolder;

  function genvitals(...args: readonly string[]): Promise<AppEnd> {
    return startApp(join(folder.path, 'node_modules/.bin/genvitals'), args, { cwd: folder.path }).end();
  }

  beforeAll(async () => {
    folder = createBlankFolder(
      join(inject('directory'), `command-by-${installer}`),
      installer,
      inject('registryUrl'),
    );
    // Its name has no scope, by which npm would find the registry of this test: the tarball itself, then.
    const tarball = inject('tarballs').find(({ manifest }) => manifest.name === 'genvitals');
    await folder.install(tarball?.path ?? 'genvitals');
  });

  test('shows the demo without a key, and counts what was asked for', async () => {
    const { exitCode, stdout, stderr } = await genvitals('demo', '--calls', String(CALLS), '--json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { calls, tokens, experiments } = JSON.parse(stdout) as DemoDocument;
    expect(calls.total).toBeGreaterThanOrEqual(CALLS);
    expect(tokens.input).toBeGreaterThan(0);
    expect(tokens.output).toBeGreaterThan(0);
    // Its definition is a file of the package.
    expect(Object.keys(experiments)).toEqual(['answer-style']);
  });

  test('tells its version', async () => {
    const version = inject('tarballs').find(({ manifest }) => manifest.name === 'genvitals')?.manifest
      .version;
    expect(await genvitals('--version')).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });
});
