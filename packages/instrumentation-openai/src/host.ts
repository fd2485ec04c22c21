import type { ChunkTimeProducer } from './chunk-times.ts';
import type { Host, OpenAISeen } from './host-interface.ts';
import { getLobby } from './lobby.ts';
import { loadRuntime } from './preload.ts';

export type { ChunkTimeProducer } from './chunk-times.ts';
export type { Host, OpenAISeen } from './host-interface.ts';
export { installHook } from './preload.ts';

/** Tells the instrumentation what the process around it decides. The last host holds. */
export function setHost(host: Host): void {
  const lobby = getLobby();
  lobby.host = host;
  lobby.runtime?.setHost(host);
}

/** The openai classes found so far. */
export function seenOpenAI(): readonly OpenAISeen[] {
  return getLobby().runtime?.seen ?? [];
}

/** A MetricProducer for a MetricReader's `metricProducers`, with the times per output chunk. */
export function chunkTimeProducer(): ChunkTimeProducer {
  return loadRuntime().recorder.keepChunkTimes().producer;
}

/** Ends the calls that are still open, as far as they got: for the process's last moment. */
export function endOpenCalls(): void {
  for (const call of getLobby().runtime?.recorder.open ?? []) call.abandon();
}
