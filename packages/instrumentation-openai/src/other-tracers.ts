import type { Attributes, Span } from '@opentelemetry/api';
import { OPERATION_NAME } from './keys.ts';

/** A span as the SDKs of others keep it, of which their API shows nothing. */
interface ForeignSpan {
  /** OpenTelemetry's SDK. */
  readonly attributes?: Attributes;
  /** Sentry. */
  readonly _attributes?: Attributes;
  /** dd-trace, in its OpenTelemetry bridge. */
  readonly _ddSpan?: { context(): { readonly _name?: string } };
}

const DATADOG_NAME = 'openai.request';

/** True where another instrumentation's span of this very call is active: one of ours would double it. */
export function isSpanOfCall(span: Span | undefined, operation: string): boolean {
  if (span === undefined) return false;
  try {
    const { attributes, _attributes, _ddSpan } = span as ForeignSpan;
    if ((attributes ?? _attributes)?.[OPERATION_NAME] === operation) return true;
    return _ddSpan?.context()._name === DATADOG_NAME;
  } catch {
    return false;
  }
}
