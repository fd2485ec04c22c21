import { join } from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';

import { startApp } from './app-process.ts';
import { type BlankFolder, createBlankFolder } from './blank-folder.ts';

let folder: BlankFolder;

beforeAll(async () => {
  folder = createBlankFolder(join(inject('directory'), 'preload'), 'npm', inject('registryUrl'));
  await folder.install('@genvitals/node');
});

test.each(['@genvitals/node/register', '@genvitals/instrumentation-openai/register'])(
  '%s is one file to a process that never loads openai',
  async (register) => {
    const script = 'JSON.stringify(Object.keys(require.cache))';
    const app = startApp(process.execPath, ['--require', register, '--print', script], { cwd: folder.path });
    const { exitCode, stdout, stderr } = await app.end();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual([expect.stringMatching(/register\.cjs$/)]);
  },
);
