import { readFileSync } from 'node:fs';
import path from 'node:path';

/** pm2 starts its own script and keeps the app's here. */
const PM2_ENTRY = 'pm_exec_path';

/** The script the process was started for; undefined for `node -e` and the REPL. */
export function entryFile(): string | undefined {
  return process.env[PM2_ENTRY] ?? process.argv[1];
}

/** True for npm, next, tsx and other tools that run from a node_modules folder. */
export function isTool(file: string): boolean {
  return file.split(path.sep).includes('node_modules');
}

export interface AppPackage {
  readonly name: string;
  readonly version?: string;
}

/** The app's package.json: the nearest with a name above the entry script, or above the working directory. */
export function readAppPackage(): AppPackage | undefined {
  const entry = entryFile();
  return readPackageAbove(
    entry === undefined || isTool(entry) ? process.cwd() : path.dirname(path.resolve(entry)),
  );
}

/** The nearest package.json with a name, in a folder or above it. */
export function readPackageAbove(start: string): AppPackage | undefined {
  let folder = start;
  for (;;) {
    const found = readPackage(path.join(folder, 'package.json'));
    if (found !== undefined) return found;
    const parent = path.dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

function readPackage(file: string): AppPackage | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    if (typeof name !== 'string' || name === '') return undefined;
    return typeof version === 'string' ? { name, version } : { name };
  } catch {
    return undefined;
  }
}
