import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, onTestFinished, test } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Runs the builds with an empty cache on a machine that has nothing but these commands. */
function build(commands: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'genvitals-machine-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, path] of Object.entries(commands)) {
    // A link would not do: Python looks for its library beside the name it was called by.
    writeFileSync(join(folder, name), `#!/bin/sh\nexec '${path}' "$@"\n`, { mode: 0o755 });
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [main], {
    env: { PATH: folder, XDG_CACHE_HOME: join(folder, 'cache') },
    encoding: 'utf8',
  });
  return { status, stdout, lines: stderr.trimEnd().split('\n') };
}

test('a machine without python3 is told so in one line, and the suite fails', () => {
  const { status, stdout, lines } = build({});
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(lines).toEqual([
    expect.stringMatching(/^test:stack: the model-server cannot .*missing: python3 >= 3\.11/),
  ]);
});

test('a machine without compilers is told so in one line, and the suite fails', () => {
  const { status, stdout, lines } = build({
    // What is called python3 may be a shim that needs more than itself.
    python3: execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
      encoding: 'utf8',
    }).trim(),
  });
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(lines).toEqual([
    expect.stringMatching(
      /^test:stack: the model-server cannot .*missing: a C compiler .*; a C\+\+ compiler/,
    ),
  ]);
});
