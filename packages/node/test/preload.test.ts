import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('../', import.meta.url));

test('an app that loads openai before the flag’s module is told of no fault', async () => {
  const { stderr, stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--conditions=@genvitals/source',
      '--input-type=commonjs',
      '-e',
      `require('node:module').createRequire(require.resolve('@genvitals/instrumentation-openai/package.json'))('openai');
       require('@genvitals/node/register');
       console.log('runs');`,
    ],
    { cwd: PACKAGE, env: { ...process.env, OTEL_SDK_DISABLED: 'true' } },
  );
  expect(stdout).toBe('runs\n');
  expect(stderr).toBe('');
});

test.each([['--import', '@genvitals/node'], ['--require', '@genvitals/node'], ['--import=@genvitals/node']])(
  '%s %s tells that its flag is another module',
  async (...options) => {
    const { stderr } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@genvitals/source', ...options, '-e', ''],
      { cwd: PACKAGE },
    );
    expect(stderr).toBe(
      'genvitals: @genvitals/node is loaded as an option of node, which does nothing: load @genvitals/node/register.\n',
    );
  },
);

test('an app that imports the package under its flag is told nothing', async () => {
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [
      '--conditions=@genvitals/source',
      '--import',
      '@genvitals/node/register',
      '--input-type=module',
      '-e',
      "import '@genvitals/node'",
    ],
    { cwd: PACKAGE },
  );
  expect(stderr).toBe('');
});
