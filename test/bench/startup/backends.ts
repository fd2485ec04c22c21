import { createOtlpReceiver, spansIn } from '@genvitals/otlp';
import { createUpstream } from '../../loading/upstream.ts';
import { cleanEnvironment } from '../../packed/blank-folder.ts';

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
  const model = await createUpstream(0);
  return {
    env: {
      ...cleanEnvironment(),
      OPENAI_API_KEY: 'sk-none',
      OPENAI_BASE_URL: model.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_SERVICE_NAME: 'bench-startup',
    },
    callSpans: () => callSpans,
    close: async () => {
      await model.close();
      await collector.close();
    },
  };
}
