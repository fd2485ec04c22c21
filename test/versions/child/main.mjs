// The app as an ES module: its own OpenTelemetry starts first, as the documentation of the SDK asks.
import { createRequire } from 'node:module';

import { registerSdk, runScenarios } from './run-scenarios.ts';

const telemetry = registerSdk();
const plan = JSON.parse(process.env.CONFORMANCE_PLAN);
const [major, minor] = plan.version.split('.');
const alias = `openai-${major}-${minor}`;
const name = (subpath) => (subpath === '' ? alias : `${alias}/${subpath}`);
const require = createRequire(import.meta.url);

await runScenarios(
  plan,
  {
    system: 'esm',
    load: (subpath) => import(name(subpath)),
    loadOther: async (subpath) => require(name(subpath)),
  },
  telemetry,
);
