import { parseArgs } from 'node:util';

import { nodeLines } from './node-lines.ts';
import type { Surroundings } from './settings.ts';
import { runChild } from './run-child.ts';
import { scenarios } from './scenarios/index.ts';

/** Prints what one app process saw and what telemetry it sent: to find out why a row fails. */
const { values } = parseArgs({
  options: {
    openai: { type: 'string', default: '7.57.0' },
    system: { type: 'string', default: 'esm' },
    only: { type: 'string', default: '' },
    patched: { type: 'boolean', default: false },
    surroundings: { type: 'string', default: 'sdk' },
  },
});
const [line] = nodeLines;
if (line === undefined) throw new Error('there is no Node to run on');
const run = await runChild(line, {
  version: values.openai,
  system: values.system === 'cjs' ? 'cjs' : 'esm',
  isPatched: values.patched,
  surroundings: values.surroundings as Surroundings,
  scenarios: scenarios.map(({ name }) => name).filter((name) => name.includes(values.only)),
});
console.log(JSON.stringify(run, null, 1));
