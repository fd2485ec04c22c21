'use strict';
// The app as CommonJS: openai is required first, the app's own OpenTelemetry starts after it.
const plan = JSON.parse(process.env.CONFORMANCE_PLAN);
const [major, minor] = plan.version.split('.');
const alias = `openai-${major}-${minor}`;
const name = (subpath) => (subpath === '' ? alias : `${alias}/${subpath}`);
require(alias);

const loader = {
  system: 'cjs',
  load: async (subpath) => require(name(subpath)),
  loadOther: (subpath) => import(name(subpath)),
};
void import('./run-scenarios.ts').then(({ runScenarios }) => runScenarios(plan, loader));
