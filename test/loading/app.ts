import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export type Flag = '--require' | '--import';

export interface AppOptions {
  /** None: the app runs as it is without us. */
  readonly flag?: Flag | undefined;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Options of node in front of ours. */
  readonly execArgv?: readonly string[];
  /** Called when the app writes this line to stdout. */
  readonly onLine?: (line: string, app: { kill(signal: NodeJS.Signals): void }) => void;
  readonly onStart?: (app: { kill(signal: NodeJS.Signals): void }) => void;
  readonly timeoutMs?: number;
}

export interface AppEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the line `ending` on stdout to the end of the process; from its start where there is no such line. */
  readonly endMs: number;
}

const appFolder = fileURLToPath(new URL('./fixtures/plain/', import.meta.url));
/** The suite runs on the sources; with LOADING_FROM=dist on what is published. */
export const isFromDist = process.env['LOADING_FROM'] === 'dist';
const conditions = isFromDist ? [] : ['--conditions=@genvitals/source'];

/** The file behind `@genvitals/node/register`, since an app elsewhere could not resolve the name. */
export function registerFile(flag: Flag): string {
  const fromHere = createRequire(import.meta.url);
  if (!isFromDist) return fromHere.resolve('@genvitals/node/register');
  const folder = fileURLToPath(new URL('./', import.meta.resolve('@genvitals/node/package.json')));
  return `${folder}dist/register.${flag === '--require' ? 'cjs' : 'mjs'}`;
}

/** Options of node that switch us on. */
export function ourArgv(flag: Flag | undefined): readonly string[] {
  return flag === undefined ? [] : [...conditions, flag, registerFile(flag)];
}

/** Runs an app of ./fixtures/plain (or of an absolute path) in a process of its own and tells how it ended. */
export async function runApp(file: string, options: AppOptions = {}): Promise<AppEnd> {
  const { flag, args = [], env = {}, cwd, execArgv = [], onLine, timeoutMs = 30_000 } = options;
  const path = file.startsWith('/') ? file : `${appFolder}${file}`;
  const child = spawn(
    process.env['LOADING_NODE'] ?? process.execPath,
    [...execArgv, ...ourArgv(flag), path, ...args],
    {
      cwd,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        OPENAI_API_KEY: 'sk-test-0123456789',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  options.onStart?.(child);
  let stdout = '';
  let stderr = '';
  let from = performance.now();
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n')) {
      if (line === 'ending') from = performance.now();
      if (line !== '') onLine?.(line, child);
    }
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  let endMs = 0;
  child.on('exit', () => {
    endMs = performance.now() - from;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  // Node's own warnings name the process.
  return { code, signal, stdout, stderr: stderr.replace(/\(node:\d+\)/g, '(node)'), endMs };
}
