import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Protocol, Signal } from '../src/exporter/messages.ts';
import { withoutUnusable } from '../src/sdk/endpoint.ts';

let said: string[];
beforeEach(() => {
  said = [];
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** The signals that are exported under some variables, all by one protocol. */
function exported(env: Readonly<Record<string, string>>, protocol: Protocol = 'http/protobuf'): Signal[] {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const wanted = { traces: protocol, metrics: protocol, logs: protocol };
  return Object.keys(withoutUnusable(wanted, (_key, sentence) => said.push(sentence))) as Signal[];
}

const ALL: Signal[] = ['traces', 'metrics', 'logs'];

describe('the address of the collector', () => {
  test.each([
    '',
    ' ',
    'http://localhost:4318',
    ' https://user:secret@collector.example/base ',
    'HTTP://[::1]:1',
  ])('is taken as it is where it is one: %j', (address) => {
    expect(exported({ OTEL_EXPORTER_OTLP_ENDPOINT: address })).toEqual(ALL);
    expect(said).toEqual([]);
  });

  test('without a scheme is named with the one that was meant, and nothing is exported', () => {
    expect(exported({ OTEL_EXPORTER_OTLP_ENDPOINT: 'myhost:4318' })).toEqual([]);
    expect(said).toEqual([
      'OTEL_EXPORTER_OTLP_ENDPOINT: wanted a URL such as http://myhost:4318, got "myhost:4318"; no traces, metrics and logs are exported, here or elsewhere, until it is corrected or unset',
    ]);
  });

  test.each(['notaurl', 'htp://x:4318', 'http://', 'http://collector:port', '4318'])(
    'that is none is named, and nothing is exported: %s',
    (address) => {
      expect(exported({ OTEL_EXPORTER_OTLP_ENDPOINT: address })).toEqual([]);
      expect(said).toHaveLength(1);
      expect(said[0]).toContain(`wanted a URL such as http://localhost:4318, got "${address}"`);
    },
  );

  test('of one signal stops that signal only, and does not fall back to the others’', () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'collector/v1/traces',
    };
    expect(exported(env)).toEqual(['metrics', 'logs']);
    expect(said).toEqual([
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: wanted a URL such as http://localhost:4318/v1/traces, got "collector/v1/traces"; no traces are exported, here or elsewhere, until it is corrected or unset',
    ]);
  });

  test('of one signal without a scheme is named with the one that was meant, and with its path', () => {
    exported({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'myhost:4318/' });
    expect(said[0]).toContain('wanted a URL such as http://myhost:4318/v1/metrics, got "myhost:4318/"');
  });

  test('of one signal is enough where the general one is wrong', () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'notaurl',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://collector:4318/v1/logs',
    };
    expect(exported(env)).toEqual(['logs']);
    expect(said[0]).toContain('no traces and metrics are exported');
  });

  test.each([
    ['user:secret@collector:4318', '"collector:4318"'],
    ['htp://user:secret@collector:4318', '"htp://collector:4318"'],
    ['collector:4318/?key=secret', '"collector:4318/"'],
    ['us:sec?ret@collector:4318', '"…"'],
    ['collector:4318#a@secret', '"…"'],
    ['htp://collector\n:secret@x', '"htp://x"'],
  ])('is shown without what may be secret: %j', (address, shown) => {
    exported({ OTEL_EXPORTER_OTLP_ENDPOINT: address });
    expect(said[0]).toContain(`got ${shown};`);
    expect(said[0]).not.toContain('sec');
    expect(said[0]).not.toContain('\n');
  });

  test('needs no scheme for grpc, which knows other forms', () => {
    for (const address of ['localhost:4317', 'unix:///run/otel.sock', 'http://localhost:4317']) {
      expect(exported({ OTEL_EXPORTER_OTLP_ENDPOINT: address }, 'grpc')).toEqual(ALL);
    }
    expect(said).toEqual([]);
    expect(exported({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://' }, 'grpc')).toEqual([]);
    expect(said[0]).toContain('wanted a URL such as http://localhost:4317, got "http://"');
  });
});
