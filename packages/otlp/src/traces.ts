import { attributes, type Attributes } from './attributes.ts';
import { enumeration, fixed32, spanId, string, traceId, uint32, unixNano } from './field-types.ts';
import { many, message, one } from './message.ts';
import { resource, scope, type Resource, type Scope } from './resource.ts';

export const spanKinds = {
  unspecified: 0,
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
} as const;

export const statusCodes = { unset: 0, ok: 1, error: 2 } as const;

export interface SpanEvent {
  timeUnixNano: bigint;
  name: string;
  attributes: Attributes;
  droppedAttributesCount: number;
}

export interface SpanLink {
  traceId: string;
  spanId: string;
  traceState: string;
  attributes: Attributes;
  droppedAttributesCount: number;
  flags: number;
}

export interface SpanStatus {
  message: string;
  /** One of {@link statusCodes}, or a number that is newer than this table. */
  code: number;
}

/** Ids are lower-case hex; a root span's `parentSpanId` is empty. */
export interface Span {
  traceId: string;
  spanId: string;
  traceState: string;
  parentSpanId: string;
  name: string;
  /** One of {@link spanKinds}, or a number that is newer than this table. */
  kind: number;
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  attributes: Attributes;
  droppedAttributesCount: number;
  events: SpanEvent[];
  droppedEventsCount: number;
  links: SpanLink[];
  droppedLinksCount: number;
  status: SpanStatus;
  flags: number;
}

export interface ScopeSpans {
  scope: Scope;
  spans: Span[];
  schemaUrl: string;
}

export interface ResourceSpans {
  resource: Resource;
  scopeSpans: ScopeSpans[];
  schemaUrl: string;
}

export interface TracesData {
  resourceSpans: ResourceSpans[];
}

const spanEvent = message<SpanEvent>({
  timeUnixNano: one(1, unixNano),
  name: one(2, string),
  attributes: attributes(3),
  droppedAttributesCount: one(4, uint32),
});

const spanLink = message<SpanLink>({
  traceId: one(1, traceId),
  spanId: one(2, spanId),
  traceState: one(3, string),
  attributes: attributes(4),
  droppedAttributesCount: one(5, uint32),
  flags: one(6, fixed32),
});

const spanStatus = message<SpanStatus>({ message: one(2, string), code: one(3, enumeration) });

const span = message<Span>({
  traceId: one(1, traceId),
  spanId: one(2, spanId),
  traceState: one(3, string),
  parentSpanId: one(4, spanId),
  name: one(5, string),
  kind: one(6, enumeration),
  startTimeUnixNano: one(7, unixNano),
  endTimeUnixNano: one(8, unixNano),
  attributes: attributes(9),
  droppedAttributesCount: one(10, uint32),
  events: many(11, spanEvent),
  droppedEventsCount: one(12, uint32),
  links: many(13, spanLink),
  droppedLinksCount: one(14, uint32),
  status: one(15, spanStatus),
  flags: one(16, fixed32),
});

const scopeSpans = message<ScopeSpans>({
  scope: one(1, scope),
  spans: many(2, span),
  schemaUrl: one(3, string),
});

const resourceSpans = message<ResourceSpans>({
  resource: one(1, resource),
  scopeSpans: many(2, scopeSpans),
  schemaUrl: one(3, string),
});

export const tracesData = message<TracesData>({ resourceSpans: many(1, resourceSpans) });

/** Every span of a request, with who sent it and what recorded it. */
export function* spansIn(
  data: TracesData,
): Generator<{ resource: Resource; scope: Scope; span: Span }, void, undefined> {
  for (const { resource, scopeSpans } of data.resourceSpans) {
    for (const { scope, spans } of scopeSpans) {
      for (const span of spans) yield { resource, scope, span };
    }
  }
}
