import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How a built server is started. */
export interface Launch {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Asked until it answers with 200. */
  readonly readyUrl: string;
  readonly readyWithinMs: number;
  /** How long it may take to end before it is killed. Default 10 s. */
  readonly closeWithinMs?: number;
}

/** A server on loopback, up until it is closed. */
export interface ServerProcess {
  /** What it printed so far. */
  output(): string;
  /** Ends it; afterwards its port is free and none of its processes is left. */
  close(): Promise<void>;
}

/**
 * Runs a server as long as standard input is open. The pipe to it closes with this process, however it ends,
 * so that a test run that was killed leaves no server behind.
 */
const KEEPER = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ read -r _ <&3; kill "$server"; } 2>/dev/null &
watch=$!
wait "$server"
status=$?
kill "$watch" 2>/dev/null
wait
exit "$status"
`;
const READY_POLL_MS = 100;
const CLOSE_WITHIN_MS = 10_000;

/** Variables a server gets from this process; more could configure it behind our back. */
const KEPT_ENVIRONMENT = ['PATH', 'HOME', 'TMPDIR', 'LANG'];

/** A port of loopback that is free now. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function isGroupGone(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return false;
  } catch {
    return true;
  }
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

async function waitUntil(isDone: () => boolean, limitMs: number): Promise<boolean> {
  const limit = performance.now() + limitMs;
  while (!isDone()) {
    if (performance.now() > limit) return false;
    await delay(20);
  }
  return true;
}

/** Starts a server and waits until it answers. Throws with what it printed if it does not. */
export async function startServer(launch: Launch): Promise<ServerProcess> {
  const env: NodeJS.ProcessEnv = { ...launch.env };
  for (const name of KEPT_ENVIRONMENT) env[name] ??= process.env[name];
  const child = spawn('/bin/sh', ['-c', KEEPER, 'sh', launch.command, ...launch.args], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  await once(child, 'spawn');
  const leader = child.pid!;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }

  async function close(): Promise<void> {
    child.stdin.destroy();
    const limitMs = launch.closeWithinMs ?? CLOSE_WITHIN_MS;
    if (await waitUntil(() => isGroupGone(leader), limitMs)) return;
    killGroup(leader);
    await waitUntil(() => isGroupGone(leader), CLOSE_WITHIN_MS);
    throw new Error(`the ${launch.name} did not end within ${limitMs} ms and was killed:\n${output}`);
  }

  const limit = performance.now() + launch.readyWithinMs;
  while (!(await answers(launch.readyUrl))) {
    const problem = hasEnded(child)
      ? `ended with ${child.exitCode ?? child.signalCode}`
      : performance.now() > limit
        ? `did not answer ${launch.readyUrl} within ${launch.readyWithinMs} ms`
        : undefined;
    if (problem !== undefined) {
      await close();
      throw new Error(`the ${launch.name} ${problem}:\n${output}`);
    }
    await delay(READY_POLL_MS);
  }
  return { output: () => output, close };
}
