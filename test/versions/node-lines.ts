import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A Node release the suite runs on; one that is not the repo's own is fetched when first needed. */
export interface NodeLine {
  readonly version: string;
  /** The repo's own Node runs every scenario, the others the smaller set. */
  readonly isOwn: boolean;
  readonly flags: readonly string[];
}

const OWN = process.versions.node;

/** Releases before 22.18 strip types only when asked to. */
const STRIP_TYPES = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];

export const nodeLines: readonly NodeLine[] = [
  { version: OWN, isOwn: true, flags: [] },
  { version: '22.15.0', isOwn: false, flags: STRIP_TYPES },
  { version: '22.23.3', isOwn: false, flags: [] },
  { version: '26.10.0', isOwn: false, flags: [] },
];

const CACHE = fileURLToPath(new URL('../.cache/node/', import.meta.url));
/** How the npm packages of Node's binaries name this machine. */
const PLATFORM = process.platform === 'win32' ? 'win' : process.platform;

function runCommand(command: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: PLATFORM === 'win',
    });
    let stderr = '';
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`\`${command} ${args.join(' ')}\` ended with ${code}: ${stderr.slice(-500)}`));
    });
  });
}

/**
 * Path of that release's binary, from the registry the machine installs from. The binaries are 100 MB each, so they
 * are no dependencies: only who runs this suite fetches them.
 */
export async function findNode(line: NodeLine): Promise<string> {
  if (line.isOwn) return process.execPath;
  const directory = join(CACHE, line.version);
  const name = `node-${PLATFORM}-${process.arch}`;
  const binary = join(directory, 'node_modules', name, 'bin', PLATFORM === 'win' ? 'node.exe' : 'node');
  if (!existsSync(binary)) {
    mkdirSync(directory, { recursive: true });
    const install = [
      'install',
      '--prefix',
      directory,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
    ];
    await runCommand('npm', [...install, `${name}@${line.version}`], directory);
  }
  return binary;
}
