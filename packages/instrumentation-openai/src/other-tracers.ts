import type { Attributes, Context, Span } from '@opentelemetry/api';
import { type Diagnostics, hasContextManager, spanOf } from '@genvitals/context/host';
import { OPERATION_NAME } from './keys.ts';

/** A span as the SDKs of others keep it, of which their API shows nothing. */
interface ForeignSpan {
  /** OpenTelemetry's SDK. */
  readonly attributes?: Attributes;
  readonly kind?: number;
  readonly instrumentationScope?: { readonly name?: string };
  /** OpenInference, around a span of the SDK. */
  readonly span?: ForeignSpan;
  /** Sentry. */
  readonly _attributes?: Attributes;
  /** dd-trace, in its OpenTelemetry bridge. */
  readonly _ddSpan?: { context(): { readonly _name?: string } };
}

/** An instrumentation that makes spans of the calls that are followed here. */
interface OtherTracer {
  /** The same for all that nobody knows. */
  readonly key: string;
  readonly name: string;
  /** Its spans have the names of the conventions: one of ours would double them. */
  readonly hasSameNames: boolean;
  /** It has metrics and events too, in the same names. */
  readonly hasMetricsAndEvents?: boolean;
  /** How people switch it off. */
  readonly off: string;
}

const SENTRY: OtherTracer = {
  key: 'sentry',
  name: 'Sentry',
  hasSameNames: true,
  off: "`Sentry.init({ integrations: (all) => all.filter(({ name }) => name !== 'OpenAI') })`",
};
const DATADOG: OtherTracer = {
  key: 'datadog',
  name: 'dd-trace',
  hasSameNames: true,
  off: 'set DD_TRACE_OPENAI_ENABLED=false',
};
const OPENINFERENCE: OtherTracer = {
  key: 'openinference',
  name: '@arizeai/openinference-instrumentation-openai',
  hasSameNames: false,
  off: 'leave it out of your `instrumentations`',
};
/** By the names of their scopes. */
const KNOWN: Readonly<Record<string, OtherTracer>> = {
  '@opentelemetry/instrumentation-openai': {
    key: 'official',
    name: '@opentelemetry/instrumentation-openai',
    hasSameNames: true,
    hasMetricsAndEvents: true,
    off: 'leave it out of your `instrumentations`, or set OTEL_NODE_DISABLED_INSTRUMENTATIONS=openai with the auto-instrumentations',
  },
  '@traceloop/instrumentation-openai': {
    key: 'traceloop',
    name: '@traceloop/instrumentation-openai',
    hasSameNames: true,
    off: 'leave it out of `instrumentModules` or your `instrumentations`',
  },
};

const DATADOG_NAME = 'openai.request';
/** The API's SpanKind. */
const CLIENT = 2;
/** Sentry's spans of calls are of kind internal, and name their operation so. */
const SENTRY_OPERATION = 'sentry.op';
const OPENINFERENCE_KIND = 'openinference.span.kind';

function tracerOfScope(name: string | undefined): OtherTracer {
  return (
    KNOWN[name ?? ''] ?? {
      key: 'unknown',
      name: name === undefined ? 'another instrumentation' : `the tracer "${name}"`,
      hasSameNames: true,
      off: 'leave out what makes them',
    }
  );
}

/**
 * The other instrumentation whose span of this very call is active. A span of the app's own around several calls may
 * have the same operation; it is no client's.
 */
function otherTracerOf(span: Span | undefined, operation: string): OtherTracer | undefined {
  if (span === undefined) return undefined;
  try {
    const shown = span as ForeignSpan;
    const { kind, attributes, _attributes, _ddSpan, instrumentationScope } = shown.span ?? shown;
    const told = attributes ?? _attributes;
    if (told?.[OPERATION_NAME] === operation) {
      if (told === _attributes || told[SENTRY_OPERATION] !== undefined) return SENTRY;
      if (kind === undefined || kind === CLIENT) return tracerOfScope(instrumentationScope?.name);
    }
    if (told?.[OPENINFERENCE_KIND] === 'LLM') return OPENINFERENCE;
    return _ddSpan?.context()._name === DATADOG_NAME ? DATADOG : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Says who else makes spans of the calls, what becomes of ours, and how to have one instrumentation.
 * @param hasMetrics whether what is counted has a way out
 */
function toSentence(
  { name, hasSameNames, hasMetricsAndEvents = false, off }: OtherTracer,
  hasMetrics: boolean,
): string {
  const makes = `${name} makes spans of OpenAI calls`;
  if (!hasSameNames)
    return `${makes}, in other names, beside those of genvitals: each call has two. To have one, switch one of the two off; that one: ${off}.`;
  const counts = hasMetrics
    ? ' and only counts'
    : ', and nothing is counted either, for no metrics are taken here (with @genvitals/node, GENVITALS_SDK=on exports them)';
  const others = hasMetricsAndEvents
    ? '; metrics and events of both have some names in common, so take those of one scope'
    : '';
  return `${makes}, so genvitals makes none beside them${counts}${others}. For spans with cost and feature, switch it off: ${off}.`;
}

const UNKNOWABLE =
  "another instrumentation has wrapped methods of openai, and no context manager is registered, by which its spans could be known: each call may have two. Register one, as OpenTelemetry's SDKs do, or switch one of the two off.";

/** As far as it is looked at; the wrappers of OpenTelemetry's instrumentations have a mark. */
interface WrappedClient {
  readonly chat?: { readonly completions?: { readonly create?: { readonly __wrapped?: unknown } } };
}

function isWrapped(client: object): boolean {
  try {
    return (client as WrappedClient).chat?.completions?.create?.__wrapped === true;
  } catch {
    return false;
  }
}

/** Knows of other instrumentations of openai in the process, and says so once each. */
export class OtherTracers {
  readonly #diagnostics: Diagnostics;
  #hasLooked = false;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  /**
   * Whether another's span stands for that of a call that begins now, and ours would double it.
   * @param hasMetrics whether what is counted has a way out
   */
  standFor(operation: string, client: object, parent: Context, hasMetrics: boolean): boolean {
    if (!this.#hasLooked) {
      this.#hasLooked = true;
      if (!hasContextManager() && isWrapped(client)) this.#diagnostics.warnOnce('tracer unknown', UNKNOWABLE);
    }
    const other = otherTracerOf(spanOf(parent), operation);
    if (other === undefined) return false;
    this.#diagnostics.warnOnce(`tracer ${other.key}`, () => toSentence(other, hasMetrics));
    return other.hasSameNames;
  }
}
