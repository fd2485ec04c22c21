import type { Attributes, Span } from '@opentelemetry/api';
import { OPERATION_NAME } from './keys.ts';

/** A span as the SDKs of others keep it, of which their API shows nothing. */
interface ForeignSpan {
  /** OpenTelemetry's SDK. */
  readonly attributes?: Attributes;
  readonly kind?: number;
  /** Sentry. */
  readonly _attributes?: Attributes;
  /** dd-trace, in its OpenTelemetry bridge. */
  readonly _ddSpan?: { context(): { readonly _name?: string } };
}

const DATADOG_NAME = 'openai.request';
/** The API's SpanKind. */
const CLIENT = 2;
/** Sentry's spans of calls are of kind internal, and name their operation so. */
const SENTRY_OPERATION = 'sentry.op';

/**
 * True where another instrumentation's span of this very call is active: one of ours would double it. A span of the
 * app's own around several calls may have the same operation; it is no client's.
 */
export function isSpanOfCall(span: Span | undefined, operation: string): boolean {
  if (span === undefined) return false;
  try {
    const { kind, attributes, _attributes, _ddSpan } = span as ForeignSpan;
    const told = attributes ?? _attributes;
    const isOfClient = kind === undefined || kind === CLIENT || told?.[SENTRY_OPERATION] !== undefined;
    if (isOfClient && told?.[OPERATION_NAME] === operation) return true;
    return _ddSpan?.context()._name === DATADOG_NAME;
  } catch {
    return false;
  }
}
