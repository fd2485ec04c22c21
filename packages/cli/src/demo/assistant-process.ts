import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError } from '../errors.ts';

const MAX_START_MS = 20_000;
const MAX_KEPT_OUTPUT = 4_000;

export interface AssistantOptions {
  /** What the app needs to reach its model and to name it: OPENAI_API_KEY, OPENAI_BASE_URL, GENVITALS_PROVIDERS. */
  readonly modelEnv: Readonly<Record<string, string | undefined>>;
  /** The environment of the command; what steers OpenAI, OpenTelemetry, genvitals or Node is not passed on. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the flag exports to. */
  readonly otlpUrl: string;
  /** The path of the app; that of the demo where absent. */
  readonly app?: string | undefined;
  readonly signal: AbortSignal;
}

/** The assistant, running as a process of its own under the flag. */
export interface Assistant {
  readonly url: string;
  /** Resolves when it ends without being asked to. */
  readonly died: Promise<void>;
  /** The last of what it wrote. */
  output(): string;
  /** Lets it end by itself, with its last export; kills it after `maxMs`. */
  stop(maxMs: number): Promise<void>;
}

/** The demo must neither be steered by the user's settings nor send its telemetry where they point. */
const NOT_PASSED_ON = /^(?:OPENAI_|AZURE_OPENAI_|OTEL_|GENVITALS_|NODE_OPTIONS$|NODE_V8_COVERAGE$|PORT$)/;

/**
 * How the flag is set up: exports so often that a board can be live, and nothing is said on the terminal. The keys are
 * no secrets: they are of a demo, whose ids and tokens are good for nothing else.
 */
const FLAG_ENV = {
  GENVITALS_FEEDBACK_KEY: 'the demo signs its tokens by this',
  GENVITALS_HASH_KEY: 'the demo hashes its ids by this',
  OTEL_SERVICE_NAME: 'support-assistant',
  OTEL_METRIC_EXPORT_INTERVAL: '1000',
  OTEL_METRIC_EXPORT_TIMEOUT: '1000',
  OTEL_BSP_SCHEDULE_DELAY: '300',
  OTEL_BLRP_SCHEDULE_DELAY: '300',
};

/** Of this package, in the workspace and where it was installed. */
function packageFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('genvitals/package.json'));
}

export function toAssistantEnv({
  env,
  modelEnv,
  otlpUrl,
}: Omit<AssistantOptions, 'app' | 'signal'>): Record<string, string | undefined> {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !NOT_PASSED_ON.test(name))),
    ...modelEnv,
    ...FLAG_ENV,
    GENVITALS_DIRECTORY: join(packageFolder(), 'genvitals'),
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
    PORT: '0',
  };
}

/** Resolves when it listens; rejects with a CliError that quotes it when it does not. */
export async function startAssistant(options: AssistantOptions): Promise<Assistant> {
  const app = options.app ?? fileURLToPath(import.meta.resolve('genvitals/assistant'));
  const flag = createRequire(import.meta.url).resolve('@genvitals/node/register');
  // From source, packages find each other by this condition; installed, nothing of the kind is there.
  const conditions = app.endsWith('.ts') ? ['--conditions=@genvitals/source'] : [];
  const child = spawn(process.execPath, [...conditions, '--require', flag, app], {
    env: toAssistantEnv(options),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
  });
  const output = keepOutput(child);
  let isStopping = false;
  const died = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => {
      if (!isStopping) resolve();
    });
  });
  const stop = async (maxMs: number): Promise<void> => {
    isStopping = true;
    await end(child, maxMs);
  };
  try {
    return { url: await listening(child, died, output, options.signal), died, output, stop };
  } catch (error) {
    await stop(0);
    throw error;
  }
}

/** The last of what the process writes: only looked at when something goes wrong. */
function keepOutput(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(-MAX_KEPT_OUTPUT);
    });
  }
  return () => text.trim();
}

async function listening(
  child: ChildProcess,
  died: Promise<void>,
  output: () => string,
  signal: AbortSignal,
): Promise<string> {
  const said = new Promise<string>((resolve) => {
    let text = '';
    child.stdout?.on('data', (part: string) => {
      text += part;
      const url = /listening on (http:\S+)/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const failed = died.then(() => {
    throw new CliError(
      'DEMO_ASSISTANT_FAILED',
      `The assistant ended before it listened. It wrote:\n${output()}`,
    );
  });
  const timeout = AbortSignal.timeout(MAX_START_MS);
  const aborted = once(AbortSignal.any([signal, timeout]), 'abort').then(() => {
    signal.throwIfAborted();
    throw new CliError(
      'DEMO_ASSISTANT_FAILED',
      `The assistant did not listen within ${MAX_START_MS / 1000} s. Is the machine very busy, or the model server slow?`,
    );
  });
  return Promise.race([said, failed, aborted]);
}

/** Hangs up, which is what the app ends by; whoever does not is killed. */
async function end(child: ChildProcess, maxMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  // Not 'close': after a disconnect of ours, Node never emits it.
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  const kill = setTimeout(() => child.kill('SIGKILL'), maxMs);
  await ended;
  clearTimeout(kill);
}
