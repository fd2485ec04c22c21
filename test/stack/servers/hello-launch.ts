import { fileURLToPath } from 'node:url';

import type { Launch } from './server-process.ts';

const script = fileURLToPath(new URL('./fixtures/hello-server.ts', import.meta.url));

/** A server that answers with its process id. */
export function helloLaunch(port: number, ending?: 'fail' | 'stay'): Launch {
  return {
    name: 'hello-server',
    command: process.execPath,
    args: [script, String(port), ...(ending === undefined ? [] : [ending])],
    readyUrl: `http://127.0.0.1:${port}/`,
    readyWithinMs: 20_000,
  };
}
