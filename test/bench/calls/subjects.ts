import type { PeerFolder } from '../peers.ts';

/** What is registered while calls are measured. */
export type Sdk = 'none' | 'spans and metrics' | 'spans, metrics and events';

/** Who is measured, and beside which SDK. */
export interface Subject {
  readonly name: string;
  readonly instrumentation: 'genvitals' | 'opentelemetry' | 'traceloop' | 'arize';
  /** Where SDK and openai come from; the workspace's own where absent. */
  readonly folder?: PeerFolder;
  /** Major version of the SDK, which the peers' own dependencies decide. */
  readonly sdkLine: 2 | 3;
  readonly sdk: Sdk;
  readonly env?: Readonly<Record<string, string>>;
  /** The SDK counts as ours, as it does under the flag of @genvitals/node: histograms are kept outside of it. */
  readonly ownsSdk?: true;
  /** Measures the same span, records and event made by the SDK alone, too. */
  readonly withFloor?: true;
}

const PEERS = [
  { name: '@opentelemetry/instrumentation-openai 0.22.0', instrumentation: 'opentelemetry', sdkLine: 3 },
  { name: '@traceloop/instrumentation-openai 0.27.0', instrumentation: 'traceloop', sdkLine: 2 },
  { name: '@arizeai/openinference-instrumentation-openai 4.2.7', instrumentation: 'arize', sdkLine: 2 },
] as const;

const ours = { instrumentation: 'genvitals', sdkLine: 3 } as const;

/** A file that every platform has and that takes any number of lines. */
export const CALL_LOG = 'CALL_LOG';

export const subjects: readonly Subject[] = [
  { ...ours, name: 'genvitals under its flag', sdk: 'spans and metrics', ownsSdk: true, withFloor: true },
  { ...ours, name: 'genvitals beside an SDK of the app', sdk: 'spans and metrics', withFloor: true },
  ...PEERS.map((peer) => ({ ...peer, folder: peer.instrumentation, sdk: 'spans and metrics' as const })),
  {
    ...ours,
    name: 'genvitals beside an SDK 2.x of the app',
    sdkLine: 2,
    folder: 'traceloop',
    sdk: 'spans and metrics',
    withFloor: true,
  },
  {
    ...ours,
    name: 'genvitals under its flag + details event',
    sdk: 'spans, metrics and events',
    ownsSdk: true,
    withFloor: true,
  },
  {
    ...ours,
    name: 'genvitals under its flag + JSON line to a file',
    sdk: 'spans and metrics',
    ownsSdk: true,
    env: { GENVITALS_CALL_LOG: CALL_LOG },
  },
  {
    ...ours,
    name: 'genvitals under its flag, no times per chunk',
    sdk: 'spans and metrics',
    ownsSdk: true,
    env: { GENVITALS_PER_CHUNK: 'off' },
  },
  { ...ours, name: 'genvitals', sdk: 'none' },
  ...PEERS.map((peer) => ({ ...peer, folder: peer.instrumentation, sdk: 'none' as const })),
];
