import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';

import { expect, onTestFinished, test } from 'vitest';

import { findServer, prepareServer } from './cache.ts';
import { tinyRecipe } from './tiny-recipe.ts';

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'genvitals-recipe-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const missing = (name: string) => ({ name, command: '/nowhere/at/all', args: [] });

async function exists(processId: number): Promise<boolean> {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

test('a server is built once and found from then on', async () => {
  const directory = emptyFolder();
  const said: string[] = [];
  const options = { directory, onProgress: (line: string) => said.push(line) };
  const place = await prepareServer(tinyRecipe(), options);
  expect(said).toEqual(['copy the input', 'do the rest']);
  expect(readFileSync(join(place, 'server.txt'), 'utf8')).toBe('one\n');
  expect(await prepareServer(tinyRecipe(), options)).toBe(place);
  expect(await findServer(tinyRecipe(), options)).toBe(place);
  expect(said).toHaveLength(2);
  expect(readdirSync(directory)).toHaveLength(1);
});

test('another step or another answer of a requirement is another build', async () => {
  const directory = emptyFolder();
  const other = { name: 'node', command: process.execPath, args: ['-p', '1'] };
  const places = [
    await prepareServer(tinyRecipe(), { directory }),
    await prepareServer(tinyRecipe({ lastStep: '1' }), { directory }),
    await prepareServer(tinyRecipe({ toRun: [other] }), { directory }),
  ];
  expect(new Set(places).size).toBe(3);
});

test('a step that fails leaves no build, and the error ends with its log', async () => {
  const directory = emptyFolder();
  const recipe = tinyRecipe({ lastStep: 'console.error("no such thing"); process.exit(3)' });
  await expect(prepareServer(recipe, { directory })).rejects.toThrow(
    /do the rest: .* ended with 3.*no such thing/s,
  );
  expect(readdirSync(directory)).toEqual([expect.stringMatching(/\.log$/)]);
  await expect(findServer(recipe, { directory })).rejects.toThrow('is not built');
});

test('an abort ends the step with its children and leaves no build', async () => {
  const directory = emptyFolder();
  const stop = new AbortController();
  const lastStep = `
    const child = child_process.spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    console.log(child.pid);
    setInterval(() => {}, 1000);
  `;
  const building = prepareServer(tinyRecipe({ lastStep }), { directory, signal: stop.signal });
  const outcome = building.then(
    () => 'built',
    (error: Error) => error.message,
  );
  const log = (): string => {
    const name = readdirSync(directory).find((one) => one.endsWith('.log'));
    return name === undefined ? '' : readFileSync(join(directory, name), 'utf8');
  };
  while (!/^\d+\n$/.test(log())) await delay(20);
  const grandchild = Number(log());
  expect(await exists(grandchild)).toBe(true);
  stop.abort(new Error('enough'));
  expect(await outcome).toBe('enough');
  while (await exists(grandchild)) await delay(20);
  expect(readdirSync(directory).filter((name) => !name.endsWith('.log'))).toEqual([]);
});

test('what a killed build left is not taken for a whole one, and is swept', async () => {
  const directory = emptyFolder();
  const script = fileURLToPath(new URL('./fixtures/slow-build.ts', import.meta.url));
  const builder = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  builder.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  while (!output.includes('do the rest')) await delay(20);
  const [half] = readdirSync(directory).filter((name) => name.includes('.building-'));
  expect(readdirSync(join(directory, half!))).toContain('server.txt');
  builder.kill('SIGKILL');
  await once(builder, 'close');

  await expect(findServer(tinyRecipe(), { directory })).rejects.toThrow('is not built');
  const place = await prepareServer(tinyRecipe(), { directory });
  expect(readFileSync(join(place, 'server.txt'), 'utf8')).toBe('one\n');
  expect(readdirSync(directory).filter((name) => name.includes('.building-'))).toEqual([]);
});

test('everything that is missing is named in one line', async () => {
  const directory = emptyFolder();
  const recipe = tinyRecipe({ toBuild: [missing('a compiler'), missing('a linker')] });
  await expect(prepareServer(recipe, { directory })).rejects.toThrow(
    /^the tiny-server cannot be had here, missing: a compiler; a linker$/,
  );
});

test('what only a build needs is not asked for once it is built', async () => {
  const directory = emptyFolder();
  const place = await prepareServer(tinyRecipe(), { directory });
  expect(await prepareServer(tinyRecipe({ toBuild: [missing('a compiler')] }), { directory })).toBe(place);
});
