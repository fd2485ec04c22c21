import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { incidentNames } from '@genvitals/openai-simulator';
import OpenAI from 'openai';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ask } from './running-simulator.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

interface Running {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<number | null>;
}

function run(...args: string[]): Running {
  const child = spawn(process.execPath, [
    '--conditions=@genvitals/source',
    '--disable-warning=ExperimentalWarning',
    main,
    ...args,
  ]);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, output, ended };
}

async function listening(running: Running): Promise<string> {
  await expect.poll(() => running.output.stdout, { timeout: 10_000 }).toContain('OPENAI_BASE_URL=');
  return /OPENAI_BASE_URL=(\S+)/u.exec(running.output.stdout)?.[1] ?? '';
}

describe('the command', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'serves until %s and ends with 0, with a stream open',
    async (signal) => {
      const running = run(
        '--port',
        '0',
        '--seed',
        '3',
        '--latency-scale',
        '1',
        '--incident',
        'model-update',
        '--incident-after-calls',
        '0',
      );
      const client = new OpenAI({ apiKey: 'sk-test', baseURL: await listening(running), maxRetries: 0 });
      const stream = await client.chat.completions.create({
        model: 'gpt-4o',
        messages: ask('Write 500 words'),
        stream: true,
      });
      let model = '';
      const reading = (async () => {
        for await (const chunk of stream) {
          if (model === '') running.child.kill(signal);
          model = chunk.model;
        }
      })();
      await expect(reading).rejects.toThrow(/terminated/u);
      expect(await running.ended).toBe(0);
      expect(model).toMatch(/^gpt-4o-2026-/u);
      expect(running.output.stderr).toBe('');
    },
  );

  test('explains itself and its incidents', async () => {
    const running = run('--help');
    expect(await running.ended).toBe(0);
    for (const name of incidentNames) expect(running.output.stdout).toContain(name);
    for (const flag of ['--port', '--seed', '--incident', '--latency-scale', '--help']) {
      expect(running.output.stdout).toContain(flag);
    }
  });

  test.each([
    [['--prot', '1'], /--prot/u],
    [['--port', 'many'], /Expected a number after --port, got "many"/u],
    [['--port', '70000'], /`port`.*70000/u],
    [['--incident', 'fire'], /one of .*context-loss.*"fire"/u],
    [['--latency-scale', '-1'], /latency-scale/u],
    [['--latency-scale=-1'], /`latencyScale`.*-1/u],
    [['extra'], /extra/u],
  ])('refuses %j with one line and exit code 2', async (args, message) => {
    const running = run(...args);
    expect(await running.ended).toBe(2);
    expect(running.output.stdout).toBe('');
    expect(running.output.stderr).toMatch(message);
    expect(running.output.stderr).toContain('--help');
    expect(running.output.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('says what to do when the port is taken', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { port: number };
    const running = run('--port', String(port));
    expect(await running.ended).toBe(1);
    expect(running.output.stderr).toMatch(
      new RegExp(`port ${port} is taken; choose another with --port`, 'u'),
    );
  });
});
