import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createRawReceiver, type RawReceiver } from './sentinel/raw-receiver.ts';
import { type ByteServer, createByteServer } from './words/model-host.ts';

const APP = fileURLToPath(new URL('words/model-host-app.ts', import.meta.url));
/** Every id that the app says, and every other word of it. */
const MARK = 'SENTINEL';

async function runApp(
  openai: string,
  env: (model: ByteServer) => Readonly<Record<string, string>>,
): Promise<{ readonly model: ByteServer; readonly receiver: RawReceiver }> {
  const model = await createByteServer();
  const receiver = await createRawReceiver();
  onTestFinished(() => {
    model.close();
    receiver.close();
  });
  const { code, output } = await new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const args = ['--conditions=@genvitals/source', '--import', '@genvitals/node/register', APP];
    const child = spawn(process.execPath, args, {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      env: {
        PATH: process.env['PATH'],
        APP_OPENAI: openai,
        APP_MODEL: `http://127.0.0.1:${model.port}`,
        GENVITALS_USER_ID: 'raw',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        ...env(model),
      },
    });
    let output = '';
    child.stdout.on('data', (part: Buffer) => (output += part.toString()));
    child.stderr.on('data', (part: Buffer) => (output += part.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
  expect([code, output]).toEqual([0, 'done\n']);
  return { model, receiver };
}

const CLIENTS = ['openai-4-104', 'openai-7-57'];

test.each(
  CLIENTS.flatMap(
    (openai) =>
      [
        [openai, 'no host is allowed', {}],
        [
          openai,
          'other hosts are allowed',
          { GENVITALS_BAGGAGE_HOSTS: 'orders.example,*.0.0.1,127.0.0.1:1' },
        ],
      ] as const,
  ),
)('of what the app says no byte goes to the host of the model: %s, %s', async (openai, _, env) => {
  const { model, receiver } = await runApp(openai, () => env);
  expect(model.received).toHaveLength(4);
  for (const request of model.received) {
    expect(request).not.toContain(MARK);
    expect(request).not.toMatch(/^baggage:/im);
  }
  // The words were there to be sent: all spans have them.
  for (const word of [
    'feature',
    'user',
    'session',
    'conversation',
    'prompt',
    'agent',
    'store',
    'tool',
    'tag',
  ])
    expect(receiver.text('/v1/traces')).toContain(`${MARK}-${word}`);
  for (const never of ['template', 'unit', 'query'])
    expect(receiver.text('/v1/traces')).not.toContain(`${MARK}-${never}`);
});

test.each(CLIENTS)('a host that the user allows has ids in the baggage header alone: %s', async (openai) => {
  const { model } = await runApp(openai, ({ port }) => ({ GENVITALS_BAGGAGE_HOSTS: `127.0.0.1:${port}` }));
  expect(model.received).toHaveLength(4);
  for (const request of model.received) {
    const [header = '', ...further] = request.match(/^baggage: .*$/gim) ?? [];
    expect(further).toEqual([]);
    expect(header.slice('baggage: '.length).trim().split(',').toSorted()).toEqual([
      'gen_ai.conversation.id=SENTINEL-conversation',
      'gen_ai.prompt.name=SENTINEL-prompt',
      'gen_ai.prompt.version=SENTINEL-version',
      'genvitals.experiment.name=SENTINEL-experiment',
      'genvitals.experiment.variant=SENTINEL-variant',
      'genvitals.feature.name=SENTINEL-feature',
      'session.id=SENTINEL-session',
      'user.id=SENTINEL-user',
    ]);
    expect(request.replace(header, '')).not.toContain(MARK);
  }
});

test('what was looked up and given to tools goes to a judge alone where nothing else is asked for', async () => {
  const judge = await createRawReceiver();
  onTestFinished(() => {
    judge.close();
  });
  const { receiver } = await runApp('openai-7-57', () => ({ GENVITALS_JUDGE_URL: judge.url }));
  const told = judge.text('/v1/logs');
  for (const word of [
    'genvitals.retrieval.details',
    `${MARK}-query`,
    'genvitals.tool.details',
    `${MARK}-call`,
  ])
    expect(told).toContain(word);
  for (const path of ['/v1/traces', '/v1/metrics', '/v1/logs'])
    expect(receiver.text(path)).not.toContain(`${MARK}-query`);
  expect(receiver.text('/v1/logs')).not.toContain('genvitals.retrieval.details');
});
