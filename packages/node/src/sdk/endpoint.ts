import { getStringFromEnv } from '@opentelemetry/core';
import type { Protocol, Signal } from '../exporter/messages.ts';
import type { Say } from './environment.ts';

type Protocols = Readonly<Partial<Record<Signal, Protocol>>>;

interface Unusable {
  readonly value: string;
  /** What a value that names host and port alone lacks at its end. */
  readonly path: string;
  readonly port: number;
  readonly signals: Signal[];
}

const GENERAL = 'OTEL_EXPORTER_OTLP_ENDPOINT';

/**
 * Leaves out the signals whose OTEL_EXPORTER_OTLP_*ENDPOINT is no address, and says so, once a variable.
 * OpenTelemetry's own exporters would take the address of all signals or localhost instead: telemetry would go where
 * nobody sent it.
 */
export function withoutUnusable(protocols: Protocols, say: Say): Protocols {
  const usable: Partial<Record<Signal, Protocol>> = {};
  const unusable = new Map<string, Unusable>();
  for (const [signal, protocol] of Object.entries(protocols) as [Signal, Protocol][]) {
    const specific = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`;
    const name = getStringFromEnv(specific) === undefined ? GENERAL : specific;
    const value = getStringFromEnv(name)?.trim();
    if (value === undefined || isAddress(value, protocol)) {
      usable[signal] = protocol;
      continue;
    }
    const path = name === specific && protocol !== 'grpc' ? `/v1/${signal}` : '';
    const known = unusable.get(name) ?? { value, path, port: protocol === 'grpc' ? 4317 : 4318, signals: [] };
    known.signals.push(signal);
    unusable.set(name, known);
  }
  for (const [name, { value, path, port, signals }] of unusable) {
    const shown = withoutSecrets(value);
    const host = /^[\w.-]+:\d+\/?$/.exec(shown)?.[0].replace('/', '') ?? `localhost:${port}`;
    const wanted = `http://${host}${path}`;
    say(
      `endpoint ${name}`,
      `${name}: wanted a URL such as ${wanted}, got "${shown}"; no ${enumerate(signals)} are exported, here or elsewhere, until it is corrected or unset`,
    );
  }
  return usable;
}

/** By grpc, an address without a scheme is one too. */
function isAddress(value: string, protocol: Protocol): boolean {
  const isWhole = protocol !== 'grpc' || /^\w{1,8}:\/\//.test(value);
  const whole = isWhole ? value : `https://${value}`;
  if (!URL.canParse(whole)) return false;
  const url = new URL(whole);
  return protocol === 'grpc'
    ? url.host !== '' || url.protocol === 'unix:'
    : url.protocol === 'http:' || url.protocol === 'https:';
}

/** A name and a password stand in front of an @, a key in the query; neither can be told from a host by a parser here. */
function withoutSecrets(value: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(value) ?? [];
  const [address = ''] = rest.split(/[?#]/);
  if (rest.slice(address.length).includes('@')) return `${scheme}…`;
  return `${scheme}${address.slice(address.lastIndexOf('@') + 1)}`.replaceAll(/\s+/g, ' ');
}

function enumerate(signals: readonly Signal[]): string {
  return [signals.slice(0, -1).join(', '), ...signals.slice(-1)]
    .filter((words) => words !== '')
    .join(' and ');
}
