import type { Attributes, Context } from '@opentelemetry/api';
import { attributionIn } from './attribution.ts';

/** A span as far as it is looked at; the processor works with any SDK. */
interface StartedSpan {
  readonly instrumentationScope?: { readonly name: string };
  /** SDK 1.x. */
  readonly instrumentationLibrary?: { readonly name: string };
  setAttributes(attributes: Attributes): unknown;
}

/** Spans of these have the app's words from their start. */
const OWN_SCOPES = '@genvitals/';

/**
 * A span processor that puts what the app says on every span that starts inside of `withContext`, whoever makes it.
 * `@genvitals/node` has it in its SDK; in an SDK of your own it belongs among the `spanProcessors`, before those that
 * export.
 */
export class AttributionSpanProcessor {
  onStart(span: StartedSpan, parent: Context): void {
    const words = attributionIn(parent);
    if (words === undefined) return;
    const scope = span.instrumentationScope ?? span.instrumentationLibrary;
    if (scope?.name.startsWith(OWN_SCOPES) === true) return;
    span.setAttributes(words.attributes);
  }

  onEnd(): void {
    // All was said at the start.
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
