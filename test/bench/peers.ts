import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PEERS = fileURLToPath(new URL('./peers/', import.meta.url));

/** Folders with a lockfile of their own: what is in them needs other SDK lines than the workspace has. */
export type PeerFolder = 'arize' | 'auto-instrumentations' | 'opentelemetry' | 'sdk-node' | 'traceloop';

/** Installs a folder by its lockfile where that is newer than what is installed. */
export function installLocked(folder: string): void {
  const installed = join(folder, 'node_modules', '.package-lock.json');
  const lock = join(folder, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  process.stderr.write(`bench: installing ${folder}\n`);
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The folder of a peer, installed. */
export function installPeer(name: PeerFolder): string {
  const folder = join(PEERS, name);
  installLocked(folder);
  return folder;
}
