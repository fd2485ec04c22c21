import type { ChunkTimeProducer } from './chunk-times.ts';
import type { Host, OpenAISeen } from './host-interface.ts';
import { getRuntime } from './runtime.ts';

export { type ChunkTimeProducer } from './chunk-times.ts';
export { installHook } from './hook.ts';
export { type Host, type OpenAISeen } from './host-interface.ts';

/** Tells the instrumentation what the process around it decides. The last host holds. */
export function setHost(host: Host): void {
  getRuntime().setHost(host);
}

/** The openai classes found so far. */
export function seenOpenAI(): readonly OpenAISeen[] {
  return getRuntime().seen;
}

/** A MetricProducer for a MetricReader's `metricProducers`, with the times per output chunk. */
export function chunkTimeProducer(): ChunkTimeProducer {
  return getRuntime().recorder.keepChunkTimes().producer;
}

/** Ends the calls that are still open, as far as they got: for the process's last moment. */
export function endOpenCalls(): void {
  for (const call of getRuntime().recorder.open) call.abandon();
}
