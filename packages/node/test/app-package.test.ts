import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isTool, readPackageAbove } from '../src/app-package.ts';

let folder = '';

async function write(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), content);
}

describe('the app’s package', () => {
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'genvitals-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test('is the nearest that has a name', async () => {
    await write('package.json', '{"name":"shop","version":"4.5.6"}');
    await write('dist/package.json', '{"type":"commonjs"}');
    await write('dist/broken/package.json', 'no JSON');
    expect(readPackageAbove(path.join(folder, 'dist/broken'))).toEqual({ name: 'shop', version: '4.5.6' });
  });

  test('may have no version', async () => {
    await write('package.json', '{"name":"shop"}');
    expect(readPackageAbove(folder)).toEqual({ name: 'shop' });
  });

  test('is not what runs from node_modules', () => {
    expect(isTool(path.join('/app', 'node_modules', 'next', 'dist', 'bin', 'next'))).toBe(true);
    expect(isTool(path.join('/app', 'my_node_modules', 'server.js'))).toBe(false);
  });
});
