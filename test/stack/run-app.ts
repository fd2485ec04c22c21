import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { API_KEY, type CallName, type Seen } from './app/calls.ts';
import { MODEL } from './servers/model/model-server.ts';

/** One app: its client, how it is loaded, and how telemetry comes in. */
export interface AppRow {
  readonly openai: 'openai-6-49' | 'openai-7-57';
  readonly system: 'cjs' | 'esm';
  readonly under: 'its own SDK' | 'the one flag';
}

const preloads: Readonly<Record<AppRow['under'], readonly string[]>> = {
  'its own SDK': [
    '--import',
    new URL('./app/own-sdk.ts', import.meta.url).href,
    '--import',
    '@genvitals/instrumentation-openai/register',
  ],
  'the one flag': ['--require', '@genvitals/node/register'],
};
const APP_LIMIT_MS = 120_000;

export interface AppEnd {
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly seen: readonly Seen[];
}

/** Where the app finds its model server and its collector, and where it writes its call lines. */
export interface Surroundings {
  readonly baseUrl: string;
  readonly otlpUrl: string;
  readonly callLog: string;
}

/** Runs the app in a process of its own and tells what it saw. */
export async function runApp(
  row: AppRow,
  names: readonly CallName[],
  { baseUrl, otlpUrl, callLog }: Surroundings,
): Promise<AppEnd> {
  const main = fileURLToPath(new URL('./app/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@genvitals/source', ...preloads[row.under], main], {
    cwd: import.meta.dirname,
    env: {
      PATH: process.env['PATH'],
      APP_OPENAI: row.openai,
      APP_SYSTEM: row.system,
      APP_MODEL: MODEL,
      APP_CALLS: JSON.stringify(names),
      OPENAI_API_KEY: API_KEY,
      OPENAI_BASE_URL: baseUrl,
      OTEL_SERVICE_NAME: 'assistant',
      OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'otlp',
      GENVITALS_CALL_LOG: callLog,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: APP_LIMIT_MS,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { exitCode, stderr, seen: lines.map((line) => JSON.parse(line) as Seen) };
}
