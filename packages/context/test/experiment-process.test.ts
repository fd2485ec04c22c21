import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { decide, readExperiment, stopExperiment } from '@genvitals/context/experiments';
import { expect, onTestFinished, test } from 'vitest';
import { createDirectory, GREETING } from './experiment-stage.ts';

const PACKAGE = fileURLToPath(new URL('../', import.meta.url));

function start(script: string, directory: string): { child: ChildProcess; lines: AsyncIterable<string> } {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@genvitals/source',
      '--input-type=module',
      '-e',
      `import { getExperiment } from '@genvitals/context/experiments';
       const { assign } = getExperiment('greeting');
       ${script}`,
    ],
    {
      cwd: PACKAGE,
      env: { ...process.env, GENVITALS_DIRECTORY: directory },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout }) };
}

test('another process puts all units where this one does', async () => {
  const directory = createDirectory({ greeting: GREETING });
  const { lines } = start(
    `console.log(Array.from({ length: 5000 }, (_, index) => assign('user-' + index).variant).join());`,
    directory,
  );
  const definition = readExperiment(directory, 'greeting');
  const here = Array.from({ length: 5_000 }, (_, index) => decide(definition, `user-${index}`).variant);
  for await (const line of lines) expect(line.split(',')).toEqual(here);
});

test('a running process follows a stop, and neither timer nor watcher keeps it alive', async () => {
  const directory = createDirectory({ greeting: GREETING });
  const { child, lines } = start(
    `console.log(assign('user-6').variant);
     const asking = setInterval(() => {
       const { variant, reason } = assign('user-6');
       if (reason === 'split') return;
       console.log(variant);
       clearInterval(asking);
     }, 50);`,
    directory,
  );
  const ended = once(child, 'exit');
  const told: string[] = [];
  for await (const line of lines) {
    told.push(line);
    if (told.length === 1) stopExperiment({ directory, name: 'greeting', arm: 'control', atMs: Date.now() });
  }
  expect(told).toEqual(['candidate', 'control']);
  expect(await ended).toEqual([0, null]);
});
