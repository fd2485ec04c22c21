import { attributes, metrics } from '@genvitals/conventions';
import type { Attributes } from '@genvitals/otlp';
import type { LatestPoints } from './latest-points.ts';

const kinds = attributes.rateLimitKind.values;

export type RateLimitKind = (typeof kinds)[number];

/** Something for each kind of limit; undefined where no answer told of that kind. */
export type ByLimit<T> = { readonly [Kind in RateLimitKind]: T | undefined };

/** What the newest answer said of one limit. */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  /** The share that is left, from 0 to 1. */
  readonly left: number;
}

function byLimit<T>(valueOf: (kind: RateLimitKind) => T | undefined): ByLimit<T> {
  return { requests: valueOf('requests'), tokens: valueOf('tokens') };
}

function toRateLimit(limit: unknown, remaining: unknown): RateLimit | undefined {
  if (typeof limit !== 'number' || typeof remaining !== 'number' || limit <= 0) return undefined;
  return { limit, remaining, left: Math.min(1, Math.max(0, remaining / limit)) };
}

function leastOf(shares: readonly (number | undefined)[]): number | undefined {
  const known = shares.filter((share) => share !== undefined);
  return known.length === 0 ? undefined : known.reduce((least, share) => Math.min(least, share));
}

/** The shares that a call's newest answer said are left. */
export function toLeft(record: Attributes): ByLimit<number> {
  const {
    rateLimitRequestsLimit,
    rateLimitRequestsRemaining,
    rateLimitTokensLimit,
    rateLimitTokensRemaining,
  } = attributes;
  return {
    requests: toRateLimit(record[rateLimitRequestsLimit.key], record[rateLimitRequestsRemaining.key])?.left,
    tokens: toRateLimit(record[rateLimitTokensLimit.key], record[rateLimitTokensRemaining.key])?.left,
  };
}

/** The least that any of these calls was left. */
export function toLeastLeft(calls: readonly { readonly left: ByLimit<number> }[]): ByLimit<number> {
  return byLimit((kind) => leastOf(calls.map(({ left }) => left[kind])));
}

/** What is left of a model's limits, as the gauges say; of several servers, where least is left. */
export function toRateLimits(points: LatestPoints, model: string): ByLimit<RateLimit> {
  const isMeant = (labels: Attributes, kind: RateLimitKind): boolean =>
    labels[attributes.requestModel.key] === model && labels[attributes.rateLimitKind.key] === kind;
  const serverOf = (labels: Attributes): string =>
    JSON.stringify([labels[attributes.providerName.key], labels[attributes.serverAddress.key]]);
  return byLimit((kind) => {
    const limits = points.of(metrics.rateLimitLimit.name).filter((point) => isMeant(point.attributes, kind));
    const remaining = new Map(
      points
        .of(metrics.rateLimitRemaining.name)
        .filter((point) => isMeant(point.attributes, kind))
        .map((point) => [serverOf(point.attributes), point.value]),
    );
    return limits
      .flatMap(({ attributes: labels, value }) => toRateLimit(value, remaining.get(serverOf(labels))) ?? [])
      .toSorted((a, b) => a.left - b.left)[0];
  });
}
