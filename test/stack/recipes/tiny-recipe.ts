import { join } from 'node:path';

import type { Recipe, Requirement } from './recipe.ts';

const node: Requirement = { name: 'node', command: process.execPath, args: ['--version'] };

/** A recipe whose build takes no time: a first step that writes a file, and a last one to choose. */
export function tinyRecipe(
  options: {
    readonly lastStep?: string;
    readonly toRun?: readonly Requirement[];
    readonly toBuild?: readonly Requirement[];
  } = {},
): Recipe {
  return {
    name: 'tiny-server',
    source: new URL('./fixtures/', import.meta.url),
    files: ['input.txt'],
    duration: 'no time',
    toRun: options.toRun ?? [node],
    toBuild: options.toBuild ?? [],
    steps: ({ out, source }) => [
      {
        says: 'copy the input',
        command: process.execPath,
        args: ['-e', `fs.copyFileSync(${JSON.stringify(join(source, 'input.txt'))}, 'server.txt')`],
        cwd: out,
      },
      { says: 'do the rest', command: process.execPath, args: ['-e', options.lastStep ?? ''] },
    ],
  };
}
