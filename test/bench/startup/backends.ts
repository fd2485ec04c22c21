import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOtlpReceiver, spansIn } from '@genvitals/otlp';
import { cleanEnvironment } from '../../packed/blank-folder.ts';

const ANSWER = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Forty-two.' } }],
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
});

/** What the measured processes talk to. */
export interface Backends {
  /** The environment of every measured process, the bare one's too. */
  readonly env: NodeJS.ProcessEnv;
  /** Spans of model calls that the collector has got so far. */
  callSpans(): number;
  close(): Promise<void>;
}

/** A model server that answers at once, and a collector that takes all. */
export async function createBackends(): Promise<Backends> {
  let callSpans = 0;
  const collector = await createOtlpReceiver({
    onTraces: (data) => {
      for (const { span } of spansIn(data)) {
        if (span.attributes['gen_ai.operation.name'] !== undefined) callSpans += 1;
      }
    },
    onMetrics: () => undefined,
    onLogs: () => undefined,
  });
  const model = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER);
    });
  }).listen(0, '127.0.0.1');
  await once(model, 'listening');
  return {
    env: {
      ...cleanEnvironment(),
      OPENAI_API_KEY: 'sk-none',
      OPENAI_BASE_URL: `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_SERVICE_NAME: 'bench-startup',
    },
    callSpans: () => callSpans,
    close: async () => {
      model.closeAllConnections();
      model.close();
      await once(model, 'close');
      await collector.close();
    },
  };
}
