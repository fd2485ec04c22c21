import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { packPublished, type Tarball } from './tarballs.ts';

// publint and attw look at each package as npm would get it, not at the folder it is built in.

const COMMANDS = fileURLToPath(new URL('../../node_modules/.bin/', import.meta.url));

function isDual({ manifest }: Tarball): boolean {
  return JSON.stringify(manifest.exports ?? {}).includes('"require"');
}

/** Node >= 22.15 knows `exports`, so TypeScript's node10 way is asked of none; programs are imported only. */
function checksOf(tarball: Tarball): readonly (readonly [string, readonly string[]])[] {
  const profile = isDual(tarball) ? 'node16' : 'esm-only';
  return [
    ['publint', ['run', tarball.path, '--strict']],
    ['attw', [tarball.path, '--profile', profile, '--no-definitely-typed']],
  ];
}

const directory = mkdtempSync(join(tmpdir(), 'genvitals-pack-'));
let failed = 0;
try {
  const tarballs = await packPublished(directory);
  for (const tarball of tarballs) {
    for (const [name, args] of checksOf(tarball)) {
      const { status, stdout, stderr } = spawnSync(join(COMMANDS, name), args, { encoding: 'utf8' });
      process.stdout.write(
        `${status === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(7)} ${tarball.manifest.name}\n`,
      );
      if (status === 0) continue;
      failed += 1;
      process.stdout.write(`${stdout}${stderr}\n`);
    }
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
