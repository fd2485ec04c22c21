import { type NodeLine, nodeLines } from './node-lines.ts';
import { openAIVersions, type OpenAIVersion } from './openai-versions.ts';
import type { ModuleSystem } from './run-plan.ts';
import type { Scenario } from './scenario.ts';
import { applies, families } from './scenarios/index.ts';

/**
 * What OpenTelemetry the app has. `sdk`: its own, whole. `usage-injected`: the same, and the usage of streams is
 * asked for. `no-context`: an SDK without a context manager.
 * `call-log`: none, but a line per call is asked for. `nothing`: nobody would see a call.
 */
export type Surroundings = 'sdk' | 'usage-injected' | 'no-context' | 'call-log' | 'nothing';

/** Where the scenarios run: a row here is a row of the summary. */
export interface Setting {
  readonly title: string;
  readonly line: NodeLine;
  readonly surroundings: Surroundings;
  readonly versions: readonly OpenAIVersion[];
  readonly systems: readonly ModuleSystem[];
}

const BOTH: readonly ModuleSystem[] = ['cjs', 'esm'];
/** node-fetch and fetch, the parse step as a field and as a method: what differs is in these two. */
const ENDS = openAIVersions.filter(({ text }) => text === '4.104.0' || text === '7.57.0');

const [own] = nodeLines;
if (own === undefined) throw new Error('Expected the Node of the repo as the first line, found none');

const others = [
  ['the usage of streams asked for', 'usage-injected'],
  ['an SDK without a context manager', 'no-context'],
  ['no SDK, but a call log', 'call-log'],
  ['no OpenTelemetry at all', 'nothing'],
] as const;

export const settings: readonly Setting[] = [
  ...nodeLines.map((line): Setting => ({
    title: `Node ${line.version}`,
    line,
    surroundings: 'sdk',
    versions: openAIVersions,
    systems: BOTH,
  })),
  ...others.map(([text, surroundings]): Setting => ({
    title: `Node ${own.version}, ${text}`,
    line: own,
    surroundings,
    versions: ENDS,
    systems: ['esm'],
  })),
];

/** Scenarios about contexts say nothing where there are none. */
const contextual = new Set(families.find(({ title }) => title === 'Contexts')?.scenarios);

/** Whether contexts are carried, so that spans have parents and attempts are told apart. */
export function hasContexts(surroundings: Surroundings): boolean {
  return surroundings === 'sdk' || surroundings === 'usage-injected';
}

/** The scenarios of a version in a setting. */
export function scenariosIn(setting: Setting, version: OpenAIVersion): readonly Scenario[] {
  return families
    .flatMap((family) => family.scenarios)
    .filter((scenario) => applies(scenario, version))
    .filter((scenario) => setting.line.isOwn || scenario.everywhere === true)
    .filter((scenario) => setting.surroundings !== 'usage-injected' || scenario.readsRawStream !== true)
    .filter((scenario) => hasContexts(setting.surroundings) || !contextual.has(scenario));
}

/** Checks a run of the setting makes: its scenarios, and one of the process as a whole. */
export function checkCount(setting: Setting): number {
  return setting.versions.reduce(
    (sum, version) => sum + setting.systems.length * (scenariosIn(setting, version).length + 1),
    0,
  );
}
