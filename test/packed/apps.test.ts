import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { spanKinds } from '@genvitals/otlp';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { type AppProcess, startApp } from './app-process.ts';
import { type BlankFolder, createBlankFolder, installers } from './blank-folder.ts';
import { type ReceivedTelemetry, receiveTelemetry } from './received-telemetry.ts';

const FLAGS = ['--require', '--import'] as const;
const REGISTER = '@genvitals/node/register';
const WAIT_MS = 20_000;

interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
}

function sum(usages: readonly Usage[], name: keyof Usage): number {
  return usages.reduce((total, usage) => total + usage[name], 0);
}

describe.each(installers)('installed by %s', (installer) => {
  let folder: BlankFolder;
  let simulator: AppProcess;
  let simulatorUrl = '';
  let received: ReceivedTelemetry;

  function startUnderFlag(flag: string, file: string): AppProcess {
    return startApp(process.execPath, [flag, REGISTER, file], {
      cwd: folder.path,
      env: {
        OPENAI_BASE_URL: simulatorUrl,
        OPENAI_API_KEY: 'sk-simulator',
        OTEL_EXPORTER_OTLP_ENDPOINT: received.url,
        // The simulator stands in for OpenAI, whose prices its models have.
        GENVITALS_PROVIDERS: '127.0.0.1=openai',
      },
    });
  }

  /** One span a call, with the tokens that the app was told, and the same in metrics and events. */
  function expectCalls(usages: readonly Usage[]): void {
    const calls = received.spans.filter(({ span }) => span.attributes['gen_ai.operation.name'] === 'chat');
    expect(calls).toHaveLength(usages.length);
    for (const { span, resource } of calls) {
      expect(span.kind).toBe(spanKinds.client);
      expect(span.attributes['genvitals.outcome']).toBe('success');
      expect(resource.attributes['service.name']).toBe('blank-app');
      expect(resource.attributes['service.version']).toBe('1.2.3');
    }
    const tokens = (name: string): number =>
      calls.reduce((total, { span }) => total + Number(span.attributes[name]), 0);
    expect(tokens('gen_ai.usage.input_tokens')).toBe(sum(usages, 'prompt_tokens'));
    expect(tokens('gen_ai.usage.output_tokens')).toBe(sum(usages, 'completion_tokens'));

    expect(received.total('genvitals.client.calls')).toBe(usages.length);
    expect(received.total('gen_ai.client.operation.duration')).toBe(usages.length);
    expect(received.total('genvitals.client.tokens')).toBe(
      sum(usages, 'prompt_tokens') + sum(usages, 'completion_tokens'),
    );

    const costs = calls.map(({ span }) => Number(span.attributes['genvitals.cost.amount']));
    expect(costs.filter((usd) => usd > 0)).toHaveLength(usages.length);
    expect(received.total('genvitals.client.cost')).toBeCloseTo(
      costs.reduce((total, usd) => total + usd, 0),
      12,
    );

    const events = received.logRecords.filter(
      ({ logRecord }) => logRecord.eventName === 'gen_ai.client.inference.operation.details',
    );
    expect(events.map(({ logRecord }) => logRecord.spanId).toSorted()).toEqual(
      calls.map(({ span }) => span.spanId).toSorted(),
    );
  }

  beforeAll(async () => {
    folder = createBlankFolder(join(inject('directory'), installer), installer, inject('registryUrl'));
    await folder.install('@genvitals/node', '@genvitals/openai-simulator', 'openai', 'express');
    cpSync(join(import.meta.dirname, 'apps'), folder.path, { recursive: true });
    simulator = startApp(
      join(folder.path, 'node_modules/.bin/openai-simulator'),
      ['--port', '0', '--latency-scale', '0'],
      { cwd: folder.path },
    );
    simulatorUrl = (await simulator.line(/OPENAI_BASE_URL=(\S+)/))[1] ?? '';
  });

  afterAll(() => {
    simulator.kill('SIGKILL');
  });

  describe.each(FLAGS)('under %s', (flag) => {
    test.each(['express.cjs', 'express.mjs'])(
      'a question to %s is one trace, and its feature is the route',
      async (file) => {
        received = await receiveTelemetry();
        const app = startUnderFlag(flag, file);
        const origin = (await app.line(/^http:\S+/))[0];
        const usages: Usage[] = [];
        for (const topic of ['span', 'metric', 'log']) {
          const response = await fetch(`${origin}/questions/${topic}`, { headers: { connection: 'close' } });
          expect(response.status).toBe(200);
          usages.push(((await response.json()) as { readonly usage: Usage }).usage);
        }
        app.kill('SIGTERM');
        const { exitCode, signal, stderr } = await app.end();
        expect({ exitCode, signal, stderr }).toEqual({ exitCode: 0, signal: null, stderr: '' });

        expectCalls(usages);
        for (const { span } of received.spans) {
          if (span.attributes['gen_ai.operation.name'] === undefined) continue;
          expect(span.attributes['genvitals.feature.name']).toBe('/questions/:topic');
          expect(span.attributes['genvitals.feature.source']).toBe('route');
          const parent = received.spans.find((other) => other.span.spanId === span.parentSpanId)?.span;
          expect(parent?.kind).toBe(spanKinds.server);
          expect(parent?.traceId).toBe(span.traceId);
        }
        await received.close();
      },
      WAIT_MS,
    );

    test(
      'a call in a worker thread arrives under an instance of its own',
      async () => {
        received = await receiveTelemetry();
        const app = startUnderFlag(flag, 'worker.mjs');
        const { exitCode, stdout, stderr } = await app.end();
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
        expectCalls(JSON.parse(stdout) as Usage[]);
        const instances = received.spans.map(({ resource }) => resource.attributes['service.instance.id']);
        expect(new Set(instances).size).toBe(2);
        await received.close();
      },
      WAIT_MS,
    );
  });

  test('the simulator ends when it is told to, without a word', async () => {
    simulator.kill('SIGTERM');
    const { exitCode, stderr } = await simulator.end();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });
});
