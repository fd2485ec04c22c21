import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { childrenOf, isAlive, type Running, start } from './genvitals-process.ts';

const MINUTE = 60_000;

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition() && tries < 300; tries++) await sleep(50);
  expect(condition()).toBe(true);
}

describe('an end from outside', () => {
  async function startAndWait(args: string[] = []): Promise<Running & { assistant: number }> {
    const running = start(['demo', ...args]);
    await until(() => childrenOf(running.child.pid!).length === 1);
    return { ...running, assistant: childrenOf(running.child.pid!)[0]! };
  }

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    '%s takes the assistant along and exits with %d',
    async (signal, code) => {
      const { child, ended, stdout, assistant } = await startAndWait();
      await until(() => stdout().includes('calls,'));
      child.kill(signal);
      const { stdout: all, stderr, code: exitCode } = await ended;
      expect(exitCode).toBe(code);
      expect(isAlive(assistant)).toBe(false);
      expect(stderr).toBe('');
      expect(all).toContain('Stopped.');
    },
    MINUTE,
  );

  test(
    'SIGINT while the assistant starts leaves nothing behind either',
    async () => {
      const { child, ended, assistant } = await startAndWait();
      child.kill('SIGINT');
      expect(await ended).toMatchObject({ code: 130, stderr: '' });
      expect(isAlive(assistant)).toBe(false);
    },
    MINUTE,
  );

  test(
    'with --json, half a run prints nothing',
    async () => {
      const { child, ended } = await startAndWait(['--json']);
      await sleep(2_000);
      child.kill('SIGINT');
      expect(await ended).toEqual({ code: 130, stdout: '', stderr: '' });
    },
    MINUTE,
  );

  test(
    'even a demo that is killed takes the assistant along',
    async () => {
      const { child, ended, stdout, assistant } = await startAndWait();
      await until(() => stdout().includes('calls,'));
      child.kill('SIGKILL');
      await until(() => !isAlive(assistant));
      expect((await ended).code).toBeNull();
    },
    MINUTE,
  );

  test(
    'who reads only the head of the output ends the demo',
    async () => {
      const { child, ended } = await startAndWait();
      child.stdout!.destroy();
      expect(await ended).toMatchObject({ code: 141 });
    },
    MINUTE,
  );
});
