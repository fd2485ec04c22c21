import type { PeerFolder } from '../peers.ts';

/** What is preloaded into processes that are otherwise alike. */
export interface Subject {
  readonly name: string;
  /** What is installed: one of our packages, packed, or a peer's folder; nothing for the bare process. */
  readonly install?: { readonly packed: string } | { readonly peer: PeerFolder };
  /** For `--require`, as written in the folder where it is installed. */
  readonly preload?: string;
  /** Starts an SDK and sees incoming requests, `fetch` and openai: comparable in a server. */
  readonly isWhole?: true;
}

export const bare: Subject = { name: 'bare', isWhole: true };

export const subjects: readonly Subject[] = [
  bare,
  {
    name: '@genvitals/instrumentation-openai',
    install: { packed: '@genvitals/instrumentation-openai' },
    preload: '@genvitals/instrumentation-openai/register',
  },
  {
    name: '@genvitals/node',
    install: { packed: '@genvitals/node' },
    preload: '@genvitals/node/register',
    isWhole: true,
  },
  {
    name: 'sdk-node 0.301.0 with http, undici, openai',
    install: { peer: 'sdk-node' },
    preload: './register.cjs',
    isWhole: true,
  },
  {
    name: 'auto-instrumentations-node 0.82.0',
    install: { peer: 'auto-instrumentations' },
    preload: '@opentelemetry/auto-instrumentations-node/register',
    isWhole: true,
  },
];
