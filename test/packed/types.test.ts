import { execFile } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, inject, test } from 'vitest';

import { type BlankFolder, createBlankFolder } from './blank-folder.ts';

const run = promisify(execFile);
const ownTypeScript = createRequire(import.meta.url).resolve('typescript/package.json');

/** OpenTelemetry as an app may have it: what SDK 2.x needs, and what 3.x needs. */
const generations = [
  {
    title: 'API 1.9 and SDK 2',
    packages: ['api@1.9.0', 'instrumentation@0.223.0', 'sdk-metrics@2.11.0'],
  },
  {
    title: 'API 1.10 and SDK 3',
    packages: ['api@1.10.0', 'instrumentation@0.301.0', 'sdk-metrics@3.1.0'],
  },
];

const projects = [
  {
    title: 'CommonJS and ES modules of Node',
    config: 'node.json',
    files: ['consumer.cts', 'consumer.mts'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
  },
  {
    title: 'a bundler',
    config: 'bundler.json',
    files: ['consumer.ts'],
    module: 'preserve',
    moduleResolution: 'bundler',
  },
];

/** TypeScript's complaints; none where all is well. */
async function check(folder: BlankFolder, compiler: string, config: string): Promise<string> {
  try {
    await run(process.execPath, [compiler, '-p', config], { cwd: folder.path });
    return '';
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
    return `${stdout}${stderr}` || String(error);
  }
}

describe.each(generations)('beside $title', ({ title, packages }) => {
  let folder: BlankFolder;

  beforeAll(async () => {
    const name = title.replaceAll(/\W+/g, '-');
    folder = createBlankFolder(join(inject('directory'), name), 'npm', inject('registryUrl'));
    await folder.install(
      '@genvitals/node',
      '@genvitals/instrumentation-openai',
      '@genvitals/context',
      '@types/node@24',
      'typescript@5.9.3',
      ...packages.map((each) => `@opentelemetry/${each}`),
    );
    for (const { config, files, module, moduleResolution } of projects) {
      for (const file of files) {
        copyFileSync(join(import.meta.dirname, 'fixtures/consumer.ts'), join(folder.path, file));
      }
      const compilerOptions = {
        target: 'es2022',
        module,
        moduleResolution,
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
        types: ['node'],
      };
      writeFileSync(join(folder.path, config), JSON.stringify({ compilerOptions, files }));
    }
  });

  test.each(projects)('TypeScript 5.9 takes the types for $title', async ({ config }) => {
    expect(await check(folder, 'node_modules/typescript/bin/tsc', config)).toBe('');
  });

  test.each(projects)('TypeScript 7 takes the types for $title', async ({ config }) => {
    expect(await check(folder, join(ownTypeScript, '../bin/tsc'), config)).toBe('');
  });
});
