import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const PACKAGE = fileURLToPath(new URL('../', import.meta.url));
const TIME_LIMIT_MS = 20_000;

export const REGISTER = '@genvitals/instrumentation-openai/register';

export interface ChildOptions {
  readonly flags?: readonly string[];
  readonly isModule?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** This package's folder, unless named. */
  readonly cwd?: string;
}

export interface ChildResult {
  /** The line of each call that ended, as JSON. */
  readonly calls: readonly any[];
  /** What the app itself printed. */
  readonly printed: string;
  readonly stderr: string;
}

/** What each script begins with: a client that gets its answers without a network. */
const PRELUDE = `
  const answer = { id: 'chatcmpl-1', model: 'm-1', choices: [{ index: 0, finish_reason: 'stop', message: {} }],
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } };
  const chunk = { id: 'chatcmpl-1', model: 'm-1', choices: [{ index: 0, delta: { content: 'a' }, finish_reason: null }] };
  const streamOf = (chunks, end = true) => new Response(new ReadableStream({
    start(controller) {
      for (const each of chunks) controller.enqueue(new TextEncoder().encode('data: ' + JSON.stringify(each) + '\\n\\n'));
      if (end) { controller.enqueue(new TextEncoder().encode('data: [DONE]\\n\\n')); controller.close(); }
    },
  }), { headers: { 'content-type': 'text/event-stream' } });
  const clientOf = (OpenAI, fetch = async () => Response.json(answer)) =>
    new OpenAI({ apiKey: 'k', baseURL: 'http://nowhere.invalid/v1', maxRetries: 0, logLevel: 'off', fetch });
  const ask = (OpenAI, model = 'm') => clientOf(OpenAI).chat.completions.create({ model, messages: [] });
`;

/**
 * Runs a script in a Node of its own, with a line for each call on its stdout.
 * Fails unless it ends well.
 */
export async function runChild(script: string, options: ChildOptions = {}): Promise<ChildResult> {
  const { flags = ['--require', REGISTER], isModule = false, env = {}, cwd = PACKAGE } = options;
  const args = [
    '--conditions=@genvitals/source',
    ...flags,
    ...(isModule ? ['--input-type=module'] : []),
    '--eval',
    `${PRELUDE}\n${script}`,
  ];
  // NODE_PATH, which pnpm sets, would lead a script anywhere to this workspace's packages.
  const { NODE_OPTIONS: _options, NODE_PATH: _path, VITEST: _vitest, ...inherited } = process.env;
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...inherited, NODE_NO_WARNINGS: '1', GENVITALS_CALL_LOG: 'stdout', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIME_LIMIT_MS,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect({ code, signal, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  const lines = stdout.split('\n').filter((line) => line !== '');
  const isCall = (line: string): boolean => line.startsWith('{"timestamp"');
  return {
    calls: lines.filter(isCall).map((line) => JSON.parse(line) as unknown),
    printed: lines.filter((line) => !isCall(line)).join('\n'),
    stderr,
  };
}
