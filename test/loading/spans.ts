import type { Collector } from './collector.ts';

export type CollectedSpan = Collector['spans'][number];

const OUR_SCOPE = '@genvitals/instrumentation-openai';

/** Spans of OpenAI calls. */
export function callSpans(collector: Collector): CollectedSpan[] {
  return collector.spans.filter(({ scope }) => scope.name === OUR_SCOPE);
}

/** True for what was sent by an SDK that we started. */
export function isFromOurSdk({ resource }: Pick<CollectedSpan, 'resource'>): boolean {
  return resource.attributes['telemetry.distro.name'] === 'genvitals';
}

/** What an app's own spans are compared by: scope, name and kind, sorted. */
export function toMultiset(spans: readonly CollectedSpan[]): string[] {
  return spans.map(({ scope, span }) => `${scope.name} ${span.name} ${span.kind}`).toSorted();
}

/** The app's own spans: all but ours. */
export function appSpans(collector: Collector): CollectedSpan[] {
  const ours = new Set(callSpans(collector));
  return collector.spans.filter((span) => !ours.has(span));
}
