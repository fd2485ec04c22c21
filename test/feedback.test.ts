import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createSimulator } from '@genvitals/openai-simulator';
import { expect, onTestFinished, test } from 'vitest';
import { createReceivedTelemetry, type ReceivedTelemetry } from './stack/received-telemetry.ts';

const APP = fileURLToPath(new URL('feedback/app.ts', import.meta.url));
const LABELS = {
  'genvitals.feature.name': 'support',
  'gen_ai.prompt.name': 'greeting',
  'gen_ai.prompt.version': '3',
  'genvitals.experiment.name': 'tone',
  'genvitals.experiment.variant': 'candidate',
};

/** Runs a part of the app under the flag, as a process of its own; gives what it says and all that it sent. */
async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ said: unknown; sent: ReceivedTelemetry }> {
  const sent = await createReceivedTelemetry();
  onTestFinished(() => sent.close());
  const child = spawn(
    process.execPath,
    ['--conditions=@genvitals/source', '--import', '@genvitals/node/register', APP, ...args],
    {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      env: {
        PATH: process.env['PATH'],
        OTEL_EXPORTER_OTLP_ENDPOINT: sent.url,
        GENVITALS_FEEDBACK_KEY: 'a secret that is long enough',
        ...env,
      },
    },
  );
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (part: Buffer) => (output.stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (output.stderr += part.toString()));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  expect([code, output.stderr]).toEqual([0, '']);
  return { said: JSON.parse(output.stdout), sent };
}

test('what one process answered is rated and ended in others, under its labels, beside its span, without ids of users', async () => {
  const simulator = await createSimulator();
  onTestFinished(() => simulator.close());
  const asked = await run(['ask'], { APP_BASE_URL: simulator.url });
  const { call, task } = asked.said as { call: string; task: string };
  const [span] = asked.sent.spans.filter(({ name }) => name.startsWith('chat'));

  const rated = await run(['receive', call]);
  expect(rated.said).toEqual([200, 409, 401]);
  const votes = rated.sent.logRecords.filter(({ eventName }) => eventName === 'gen_ai.evaluation.result');
  expect(votes).toHaveLength(1);
  expect(votes[0]).toMatchObject({ traceId: span?.traceId, spanId: span?.spanId, attributes: LABELS });
  expect(
    rated.sent
      .counter('genvitals.feedback.submissions')
      .map(({ attributes, value }) => [attributes, Number(value)])
      .toSorted(([, a], [, b]) => Number(b) - Number(a)),
  ).toEqual(
    ['positive', 'negative', 'neutral'].map((rating, index) => [
      { ...LABELS, 'genvitals.feedback.rating': rating },
      index === 0 ? 1 : 0,
    ]),
  );

  const ended = await run(['end', task]);
  expect(ended.said).toEqual({ status: 'counted' });
  const outcomes = ended.sent.counter('genvitals.task.outcomes').filter(({ value }) => Number(value) > 0);
  expect(outcomes.map(({ attributes }) => attributes)).toEqual([
    { ...LABELS, 'genvitals.task.name': 'refund', 'genvitals.task.status': 'completed' },
  ]);
  // Without a key no id of a user leaves, hashed or raw.
  for (const { sent } of [asked, rated, ended]) {
    expect(sent.wire()).not.toMatch(/anna|berta/);
    expect(sent.wire()).not.toContain('user.id');
  }
});
