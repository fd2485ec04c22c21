import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { helloLaunch } from './hello-launch.ts';
import { findFreePort, startServer } from './server-process.ts';

const idOf = async (port: number): Promise<number> =>
  Number(await (await fetch(`http://127.0.0.1:${port}/`)).text());

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

test('a closed server leaves no process and no open port', async () => {
  const port = await findFreePort();
  const server = await startServer(helloLaunch(port));
  const processId = await idOf(port);
  expect(isRunning(processId)).toBe(true);
  await server.close();
  expect(isRunning(processId)).toBe(false);
  await expect(idOf(port)).rejects.toThrow('fetch failed');
});

test('closing twice is closing once', async () => {
  const server = await startServer(helloLaunch(await findFreePort()));
  await server.close();
  await expect(server.close()).resolves.toBeUndefined();
});

test('a server that ends at once is told with what it printed', async () => {
  await expect(startServer(helloLaunch(await findFreePort(), 'fail'))).rejects.toThrow(
    /hello-server ended with 7.*no memory for a model/s,
  );
});

test('a server that does not want to end is killed, and that is told', async () => {
  const port = await findFreePort();
  const server = await startServer({ ...helloLaunch(port, 'stay'), closeWithinMs: 500 });
  const processId = await idOf(port);
  await expect(server.close()).rejects.toThrow('did not end within 500 ms and was killed');
  expect(isRunning(processId)).toBe(false);
});

test('a server does not outlive a test run that was killed', async () => {
  const port = await findFreePort();
  const script = fileURLToPath(new URL('./fixtures/hello-runner.ts', import.meta.url));
  const runner = spawn(process.execPath, [script, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(runner.stdout, 'data');
  const processId = await idOf(port);
  runner.kill('SIGKILL');
  await once(runner, 'close');
  while (isRunning(processId)) await delay(20);
  await expect(idOf(port)).rejects.toThrow('fetch failed');
});
