import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const PREFIX = '/2018-06-01/runtime/invocation/';
export const FUNCTION_NAME = 'ask';
const ARN = `arn:aws:lambda:eu-central-1:123456789012:function:${FUNCTION_NAME}`;
const VERSION = '7';
/** Of the version; invoked it is by an alias. */
export const FUNCTION_ARN = `${ARN}:${VERSION}`;

export interface LambdaAnswer {
  readonly id: string;
  readonly isError: boolean;
  readonly body: string;
}

export interface LambdaOptions {
  /** Where the function is: what LAMBDA_TASK_ROOT is there. */
  readonly folder: string;
  /** As in the function's settings: `handler.handler`. */
  readonly handler: string;
  /** The folder that has aws-lambda-ric. */
  readonly runtimeFolder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export interface Lambda {
  /**
   * Thaws the process, gives it an event, and resolves once it asked for the next one and is frozen again: what it
   * has not sent by then waits for the next thaw.
   */
  invoke(event: unknown): Promise<LambdaAnswer>;
  /** Ends the process as the platform does, and resolves with what it wrote to stderr. */
  end(): Promise<{
    readonly signal: NodeJS.Signals | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
  /** Ends it in any case. */
  close(): void;
}

/**
 * A function in an execution environment of Lambda, as far as that can be told from inside: AWS's own runtime client
 * in a process that is stopped whenever it waits for an invocation.
 */
export async function startLambda(options: LambdaOptions): Promise<Lambda> {
  const { folder, handler, runtimeFolder, env, timeoutMs = 10_000 } = options;
  let onIdle: (() => void) | undefined;
  let idle = new Promise<void>((resolve) => {
    onIdle = resolve;
  });
  let waiting: ServerResponse | undefined;
  let answer: LambdaAnswer | undefined;
  let child: ChildProcess | undefined;
  let count = 0;

  const server = createServer((request, response) => {
    const url = request.url ?? '';
    if (url === `${PREFIX}next`) {
      child?.kill('SIGSTOP');
      waiting = response;
      onIdle?.();
      return;
    }
    void readBody(request).then((body) => {
      const [, id = '', kind] =
        /^\/2018-06-01\/runtime\/(?:invocation\/([^/]+)|init)\/(response|error)$/.exec(url) ?? [];
      answer = { id, isError: kind === 'error', body };
      response.writeHead(202).end('{"status":"OK"}');
      return undefined;
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  let stdout = '';
  let stderr = '';
  child = spawn(process.execPath, [path.join(runtimeFolder, 'node_modules/aws-lambda-ric/index.mjs')], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      OPENAI_API_KEY: 'sk-test-0123456789',
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_LAMBDA_FUNCTION_NAME: FUNCTION_NAME,
      AWS_LAMBDA_FUNCTION_VERSION: VERSION,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${FUNCTION_NAME}`,
      AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/26/[7]a1b2c3',
      AWS_REGION: 'eu-central-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: handler,
      ...env,
      NODE_OPTIONS: [`--require ${path.join(runtimeFolder, 'rapid-client.cjs')}`, env['NODE_OPTIONS']]
        .filter((part) => part !== undefined)
        .join(' '),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const untilIdle = async (): Promise<void> => {
    const ended = closed.then(([code]) => {
      throw new Error(`the function's process ended with ${code}: ${stdout}${stderr}`);
    });
    await Promise.race([idle, ended]);
  };
  const close = (): void => {
    child.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
  };
  try {
    await untilIdle();
  } catch (error) {
    close();
    throw error;
  }

  return {
    invoke: async (event) => {
      const id = `invocation-${++count}`;
      const response = waiting;
      idle = new Promise<void>((resolve) => {
        onIdle = resolve;
      });
      child.kill('SIGCONT');
      response
        ?.writeHead(200, {
          'content-type': 'application/json',
          'lambda-runtime-aws-request-id': id,
          'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
          'lambda-runtime-invoked-function-arn': `${ARN}:live`,
          'lambda-runtime-trace-id':
            'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1',
        })
        .end(JSON.stringify(event));
      await untilIdle();
      if (answer === undefined) throw new Error(`no answer to ${id}: ${stdout}${stderr}`);
      return answer;
    },
    end: async () => {
      child.kill('SIGTERM');
      child.kill('SIGCONT');
      const [, signal] = await closed;
      return { signal, stdout, stderr };
    },
    close,
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return text;
}
