import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toJsonSchema } from '@genvitals/conventions';
import { SeverityNumber } from '@opentelemetry/api';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { chatCompletion, chatStream, embeddingList, responseObject } from './answers.ts';
import { CHAT, createStage, type Stage, type StageOptions } from './app-stage.ts';
import { apiError, json, sse } from './provider-server.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true });
ajv.addFormat('date-time', fullFormats['date-time']);
const isCallLine = ajv.compile(toJsonSchema());

function checkLine(line: string): any {
  expect(line.endsWith('\n')).toBe(true);
  expect(line.trimEnd()).not.toContain('\n');
  const parsed: unknown = JSON.parse(line);
  expect(isCallLine(parsed), JSON.stringify(isCallLine.errors)).toBe(true);
  return parsed;
}

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'genvitals-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** What is written to a stream of the process while the test runs. */
function watch(name: 'stdout' | 'stderr'): string[] {
  const written: string[] = [];
  const spy = vi.spyOn(process[name], 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  onTestFinished(() => spy.mockRestore());
  return written;
}

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const chunk of stream) void chunk;
}

async function lineStage(options: StageOptions = {}): Promise<{ stage: Stage; lines(): any[] }> {
  const path = join(tempFolder(), 'calls.jsonl');
  const stage = await createStage({ ...options, env: { GENVITALS_CALL_LOG: path, ...options.env } });
  return {
    stage,
    lines: () =>
      readFileSync(path, 'utf8')
        .split(/(?<=\n)/)
        .map(checkLine),
  };
}

describe('the details event', () => {
  test('is one for each call: all that the span has, in the span’s context, and no content', async () => {
    const stage = await createStage();
    stage.script(
      json(chatCompletion()),
      sse(chatStream()),
      apiError(429, { code: 'rate_limit_exceeded' }),
      json(embeddingList()),
      json(responseObject()),
    );
    const client = stage.client();
    await client.chat.completions.create({ ...CHAT, temperature: 0 });
    await readAll(await client.chat.completions.create({ ...CHAT, stream: true }));
    await client.chat.completions.create(CHAT).catch(() => undefined);
    await client.embeddings.create({ model: 'e', input: 'Hi' });
    await client.responses.retrieve('resp_1');
    const spans = stage.spans();
    const events = stage.events();
    expect(events).toHaveLength(5);
    for (const [index, event] of events.entries()) {
      const span = spans[index];
      expect(event).toMatchObject({
        eventName: 'gen_ai.client.inference.operation.details',
        severityNumber: SeverityNumber.INFO,
        severityText: 'INFO',
      });
      expect(event.body).toBeUndefined();
      expect(event.attributes).toEqual(span?.attributes);
      expect(event.spanContext).toMatchObject({
        traceId: span?.spanContext().traceId,
        spanId: span?.spanContext().spanId,
      });
      // It is told when the call ends.
      const endMs = (span?.endTime[0] ?? 0) * 1e3 + (span?.endTime[1] ?? 0) / 1e6;
      expect(event.hrTime[0] * 1e3 + event.hrTime[1] / 1e6).toBeCloseTo(endMs, 2);
    }
  });

  test('of a cancelled call is there too', async () => {
    const stage = await createStage();
    await stage
      .client()
      .chat.completions.create(CHAT, { signal: AbortSignal.abort() })
      .catch(() => undefined);
    expect(stage.event().attributes['genvitals.outcome']).toBe('cancelled');
  });
});

describe('the call line', () => {
  test('of a success has every field that the call offers', async () => {
    const { stage, lines } = await lineStage({
      env: {
        OTEL_SERVICE_NAME: 'shop',
        OTEL_RESOURCE_ATTRIBUTES:
          'service.name=ignored,service.version=1.2%2B3,deployment.environment.name=prod',
      },
    });
    stage.script(sse(chatStream()));
    await readAll(
      await stage.client().chat.completions.create({
        model: 'gpt-4o-mini',
        messages: [{ role: 'system', content: 'Be brief.' }],
        stream: true,
      }),
    );
    const span = stage.span();
    const durationMs = span.duration[0] * 1e3 + span.duration[1] / 1e6;
    const [line] = lines();
    expect(line).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: 'info',
      service: 'shop',
      env: 'prod',
      version: '1.2+3',
      trace_id: span.spanContext().traceId,
      span_id: span.spanContext().spanId,
      provider: 'openai',
      operation: 'chat',
      model: 'gpt-4o-mini',
      response_model: 'gpt-4o-mini-2024-07-18',
      feature: 'unset',
      outcome: 'success',
      input_tokens: 11,
      output_tokens: 7,
      cached_tokens: 4,
      reasoning_tokens: 2,
      latency_ms: expect.closeTo(durationMs, 2),
      ttft_ms: expect.any(Number),
      retries: 0,
      finish_reason: 'stop',
      prompt_hash: '213c22ed7234',
      cost_usd: expect.closeTo(5.55e-6, 15),
      cost_status: 'full',
    });
    expect(line.ttft_ms).toBeLessThanOrEqual(line.latency_ms);
    expect(
      Math.abs(Date.parse(line.timestamp) - (span.endTime[0] * 1e3 + span.endTime[1] / 1e6)),
    ).toBeLessThan(2);
  });

  test('of an error says which, in words of ours', async () => {
    const { stage, lines } = await lineStage();
    stage.script(
      apiError(429, { code: 'rate_limit_exceeded', message: 'SECRET' }, { 'retry-after-ms': '1' }),
    );
    await stage
      .client({ maxRetries: 2 })
      .chat.completions.create(CHAT)
      .catch(() => undefined);
    expect(lines()).toEqual([
      {
        timestamp: expect.any(String),
        level: 'error',
        trace_id: expect.any(String),
        span_id: expect.any(String),
        provider: 'openai',
        operation: 'chat',
        model: 'gpt-4o-mini',
        feature: 'unset',
        outcome: 'error',
        error_type: 'rate_limit_exceeded',
        error: 'HTTP 429, code rate_limit_exceeded',
        latency_ms: expect.any(Number),
        retries: 2,
      },
    ]);
  });

  test('is one for each kind of call, each by the schema', async () => {
    const { stage, lines } = await lineStage();
    const choices = [0, 1].map((index) => ({
      index,
      finish_reason: index === 0 ? 'stop' : 'length',
      message: {},
    }));
    stage.script(json(chatCompletion({ choices })), json(embeddingList()), json(responseObject()));
    await stage.client().chat.completions.create({ ...CHAT, n: 2 });
    await stage.client().embeddings.create({ model: 'e', input: 'Hi' });
    await stage.client().responses.retrieve('resp_1');
    await stage
      .client()
      .chat.completions.create(CHAT, { signal: AbortSignal.abort() })
      .catch(() => undefined);
    expect(
      lines().map(({ operation, outcome, level, finish_reason }) => [
        operation,
        outcome,
        level,
        finish_reason,
      ]),
    ).toEqual([
      ['chat', 'incomplete', 'info', 'stop,length'],
      ['embeddings', 'success', 'info', undefined],
      ['fetch_response', 'success', 'info', 'stop'],
      ['chat', 'cancelled', 'info', undefined],
    ]);
  });

  test('needs no OpenTelemetry', async () => {
    const { stage, lines } = await lineStage({ without: ['trace', 'metrics', 'logs', 'context'] });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    const [line] = lines();
    expect(line.outcome).toBe('success');
    expect(line).not.toHaveProperty('trace_id');
    expect(line).not.toHaveProperty('span_id');
  });

  test('is appended to what the file has', async () => {
    const { stage, lines } = await lineStage();
    stage.script(json(chatCompletion()));
    await Promise.all([1, 2, 3].map(async () => stage.client().chat.completions.create(CHAT)));
    expect(lines()).toHaveLength(3);
  });

  test('takes what it says of the service from the host, where there is one', async () => {
    const { stage, lines } = await lineStage({
      env: { OTEL_SERVICE_NAME: 'env' },
      host: { resource: { 'service.name': 'host', 'service.version': '9', 'host.name': 'secret-host' } },
    });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    const [line] = lines();
    expect([line.service, line.version]).toEqual(['host', '9']);
    expect(JSON.stringify(line)).not.toContain('secret-host');
  });

  test('never takes more than 8 kB: what an app makes too long is left out, what is needed stays', async () => {
    const { stage, lines } = await lineStage({ env: { OTEL_SERVICE_NAME: 'ä'.repeat(5000) } });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    const [line] = lines();
    expect(Buffer.byteLength(JSON.stringify(line))).toBeLessThan(8192);
    expect(line).toMatchObject({ provider: 'openai', operation: 'chat', outcome: 'success' });
    expect(line).toMatchObject({
      model: 'gpt-4o-mini',
      trace_id: stage.span().spanContext().traceId,
      input_tokens: 11,
    });
    expect(line).not.toHaveProperty('service');
  });

  test('a badly encoded resource attribute takes none of the others with it', async () => {
    const { stage, lines } = await lineStage({
      env: {
        OTEL_RESOURCE_ATTRIBUTES:
          'service.version=%zz, service.name = shop ,=x,deployment.environment.name=prod',
      },
    });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    const [line] = lines();
    expect([line.service, line.env, line.version]).toEqual(['shop', 'prod', undefined]);
  });

  test.each(['stdout', 'stderr'] as const)('goes to %s in one write', async (name) => {
    const written = watch(name);
    const stage = await createStage({ env: { GENVITALS_CALL_LOG: name } });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    expect(written).toHaveLength(1);
    expect(checkLine(written[0] ?? '').outcome).toBe('success');
  });

  test('a file that cannot be written is said once, and the calls go on', async () => {
    const path = join(tempFolder(), 'no', 'such', 'folder', 'calls.jsonl');
    const stage = await createStage({
      env: { GENVITALS_CALL_LOG: path },
      diagnostics: ['GENVITALS_CALL_LOG cannot be written (ENOENT)'],
    });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    await stage.client().chat.completions.create(CHAT);
    expect(stage.said()).toEqual([
      'genvitals: GENVITALS_CALL_LOG cannot be written (ENOENT): no call lines from now on; give a path that this process may write.',
    ]);
    expect(stage.spans()).toHaveLength(2);
  });

  test('a folder is no file', async () => {
    const stage = await createStage({ env: { GENVITALS_CALL_LOG: tempFolder() }, diagnostics: ['(EISDIR)'] });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    expect(stage.said()).toHaveLength(1);
  });

  test('there is none where none is asked for', async () => {
    const written = [watch('stdout'), watch('stderr')];
    for (const env of [
      {},
      { GENVITALS_CALL_LOG: 'off', GENVITALS_CONSOLE: '0' },
      { GENVITALS_CALL_LOG: '' },
    ]) {
      const stage = await createStage({ env });
      stage.script(json(chatCompletion()));
      await stage.client().chat.completions.create(CHAT);
    }
    expect(written).toEqual([[], []]);
  });
});

describe('the line for people', () => {
  async function linesFor(...work: ((stage: Stage) => Promise<unknown>)[]): Promise<string[]> {
    const written = watch('stderr');
    const stage = await createStage({ env: { GENVITALS_CONSOLE: '1' } });
    for (const each of work) await each(stage);
    return written.map((line) => line.replaceAll(/\d+(?:\.\d+)? m?s\b/g, 'T'));
  }

  test('says model, outcome, time and tokens of each call', async () => {
    const lines = await linesFor(
      async (stage) => {
        stage.script(json(chatCompletion()));
        await stage.client().chat.completions.create(CHAT);
      },
      async (stage) => {
        stage.script(sse(chatStream({ usage: false })));
        await readAll(await stage.client().chat.completions.create({ ...CHAT, stream: true }));
      },
      async (stage) => {
        stage.script(
          apiError(429, { code: 'rate_limit_exceeded', message: 'SECRET' }, { 'retry-after-ms': '1' }),
        );
        await stage
          .client({ maxRetries: 1 })
          .chat.completions.create(CHAT)
          .catch(() => undefined);
      },
      async (stage) => {
        stage.script(json(embeddingList()));
        await stage.client().embeddings.create({ model: 'e', input: 'Hi' });
      },
      async (stage) => {
        await stage
          .client()
          .chat.completions.create(CHAT, { signal: AbortSignal.abort() })
          .catch(() => undefined);
      },
    );
    expect(lines).toEqual([
      'genvitals chat gpt-4o-mini-2024-07-18 · success · T · 11 in (4 cached) 7 out\n',
      'genvitals chat gpt-4o-mini-2024-07-18 · success · T · first chunk T · tokens not told\n',
      'genvitals chat gpt-4o-mini · quota error: HTTP 429, code rate_limit_exceeded · T · 1 retry\n',
      'genvitals embeddings text-embedding-3-small · success · T · 6 in\n',
      'genvitals chat gpt-4o-mini · cancelled · T\n',
    ]);
  });

  test('and the JSON line can both be there', async () => {
    const errors = watch('stderr');
    const output = watch('stdout');
    const stage = await createStage({ env: { GENVITALS_CONSOLE: 'on', GENVITALS_CALL_LOG: 'stdout' } });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    expect(errors).toHaveLength(1);
    expect(output).toHaveLength(1);
  });
});
