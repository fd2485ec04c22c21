// The app as an ES module: its own OpenTelemetry starts first, as the documentation of the SDK asks.
import { createRequire } from 'node:module';

// A CommonJS package beside it, as apps have: under a load hook that stays, this import fails on Node 22.15.
import 'express';

import { registerFor, runScenarios } from './run-scenarios.ts';

const plan = JSON.parse(process.env.CONFORMANCE_PLAN);
const telemetry = registerFor(plan);
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
