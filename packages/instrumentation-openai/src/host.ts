import { type HistogramProducer, Producer, type Temporality } from './histogram-producer.ts';
import type { Host, OpenAISeen } from './host-interface.ts';
import { getLobby } from './lobby.ts';

export type { HistogramProducer, ProducedHistograms, Temporality } from './histogram-producer.ts';
export type { Host, OpenAISeen } from './host-interface.ts';
export { FUNCTION_KEY } from './function-key.ts';
export { setMaskHook } from './content/mask-hook.ts';
export { installHook, tellUnfollowed } from './preload.ts';

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

/**
 * A MetricProducer for one MetricReader's `metricProducers`, with the histograms that are kept here: all of them
 * where the meter provider is the host's own, else the times per output chunk alone, if they are kept at all.
 * @param temporality what the reader's exporter prefers for histograms
 */
export function histogramProducer(temporality: Temporality): HistogramProducer {
  return new Producer(() => getLobby().runtime?.recorder.signals.histograms, temporality);
}

/** How many calls have begun and not ended. */
export function openCallCount(): number {
  return getLobby().runtime?.recorder.open.size ?? 0;
}

/** Ends the calls that are still open, as far as they got: for the process's last moment. */
export function endOpenCalls(): void {
  for (const call of getLobby().runtime?.recorder.open ?? []) call.abandon();
}
