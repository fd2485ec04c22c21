import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { calls } from './sentinel/calls.ts';
import { createRawReceiver, type RawReceiver } from './sentinel/raw-receiver.ts';
import { events } from './versions/server/answers.ts';
import { createScriptedServer, type ScriptedServer } from './versions/server/scripted-server.ts';

/** In every prompt, answer, key, header, argument and error text of the app; nothing of ours may have it. */
const MARK = 'SENTINEL';
const APP = fileURLToPath(new URL('sentinel/app.ts', import.meta.url));
const HTTP_APP = fileURLToPath(new URL('sentinel/http-app.ts', import.meta.url));
const SIGNALS = ['/v1/traces', '/v1/metrics', '/v1/logs'];

let receiver: RawReceiver;
let server: ScriptedServer;

beforeEach(async () => {
  receiver = await createRawReceiver();
  server = await createScriptedServer();
  server.play(calls.flatMap(({ answers }) => answers));
});

afterEach(() => {
  receiver.close();
  server.close();
});

interface AppRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runApp(env: Readonly<Record<string, string>>, app = APP): Promise<AppRun> {
  const args = [
    '--conditions=@genvitals/source',
    '--import',
    '@genvitals/node/register',
    app,
    `--token=${MARK}`,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      env: {
        PATH: process.env['PATH'],
        APP_BASE_URL: `${server.origin}/v1`,
        OPENAI_API_KEY: `sk-${MARK}`,
        OPENAI_ORG_ID: `org-${MARK}`,
        OPENAI_PROJECT_ID: `proj-${MARK}`,
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        ...env,
      },
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (part: Buffer) => (output.stdout += part.toString()));
    child.stderr.on('data', (part: Buffer) => (output.stderr += part.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
  });
}

const settings = [
  ['protobuf, openai 7', { APP_OPENAI: 'openai-7-57', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }],
  ['JSON, openai 4', { APP_OPENAI: 'openai-4-104', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }],
  ['both names, openai 6', { APP_OPENAI: 'openai-6-49', GENVITALS_SEMCONV: 'dup' }],
] as const;

test.each(settings)('no key, header or content is in any signal or line (%s)', async (_name, env) => {
  const run = await runApp({ ...env, GENVITALS_CONSOLE: '1', GENVITALS_CALL_LOG: 'stderr' });

  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(new RegExp(`^${calls.length} calls, \\d+ failures\n$`));
  for (const path of SIGNALS) {
    // What may be told is there, so what may not be would be found.
    expect(receiver.text(path)).toContain('gpt-4o-mini');
    expect(receiver.text(path)).not.toContain(MARK);
  }
  expect(receiver.text('/v1/logs').split('gen_ai.client.inference.operation.details').length).toBeGreaterThan(
    calls.length,
  );
  const lines = run.stderr.split('\n').filter((line) => line.startsWith('{'));
  expect(lines).toHaveLength(calls.length);
  expect(run.stderr).not.toContain(MARK);
  expect(receiver.headers.join('\n')).not.toContain(MARK);
  // The mark did go over the wire in every call, or its absence here would prove nothing.
  expect(server.seen()).toHaveLength(calls.length);
  expect(server.seen().filter((request) => !JSON.stringify(request).includes(MARK))).toEqual([]);
});

test.each(settings)(
  'with a judge, content reaches it and nobody else: no other receiver, no line, no metric (%s)',
  async (_name, env) => {
    const judge = await createRawReceiver();
    const run = await runApp({
      ...env,
      GENVITALS_CONSOLE: '1',
      GENVITALS_CALL_LOG: 'stderr',
      GENVITALS_JUDGE_URL: `${judge.url}/`,
      GENVITALS_JUDGE_TOKEN: 'judge-token',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=of-the-collector',
    });
    judge.close();

    expect(run.code).toBe(0);
    for (const path of SIGNALS) {
      expect(receiver.text(path)).toContain('gpt-4o-mini');
      expect(receiver.text(path)).not.toContain(MARK);
    }
    expect(run.stderr).not.toContain(MARK);
    expect(judge.text('/v1/logs')).toContain(`${MARK} prompt`);
    expect(judge.text('/v1/logs').split('gen_ai.client.inference.operation.details')).toHaveLength(
      calls.length + 1,
    );
    // Nothing but the details of calls: no spans, no metrics, and no key of another service.
    for (const path of ['/v1/traces', '/v1/metrics']) expect(judge.text(path)).toBe('');
    expect(judge.headers.every((sent) => sent.includes('Bearer judge-token'))).toBe(true);
    expect(judge.headers.join('\n')).not.toContain('of-the-collector');
    expect(receiver.headers.join('\n')).not.toContain('judge-token');
    expect(judge.text('/v1/logs')).not.toContain(`sk-${MARK}`);
  },
);

test('no word of an error is in the spans of requests, in and out, that end with it', async () => {
  server.play(Array.from({ length: 3 }, () => events([], { holdAfter: 0 })));
  const run = await runApp({ APP_OPENAI: 'openai-7-57', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, HTTP_APP);

  expect(run.stdout).toBe('5 requests\n');
  const spans = receiver.text('/v1/traces');
  // They are told to have failed, and by what.
  expect(spans).toContain('RangeError');
  expect(spans).toContain('"code":2');
  expect([spans, receiver.text('/v1/logs'), receiver.text('/v1/metrics'), run.stderr].join()).not.toContain(
    MARK,
  );
});
