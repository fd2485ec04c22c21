import { checkTelemetry } from './check-telemetry.ts';
import { findDifferences } from './compare.ts';
import type { OpenAIVersion } from './openai-versions.ts';
import { runChild, type ChildRun } from './run-child.ts';
import type { ModuleSystem, ScenarioResult } from './run-plan.ts';
import { scenarios } from './scenarios/index.ts';
import { scenariosIn, type Setting } from './settings.ts';

export interface MatrixPlan {
  readonly settings: readonly Setting[];
  readonly only: string | undefined;
  readonly isBaseline: boolean;
  /** Pairs of processes that run at the same time. */
  readonly atOnce: number;
}

/** One scenario on one openai version and module system, in one setting. */
export interface Cell {
  readonly scenario: string;
  readonly version: OpenAIVersion;
  readonly system: ModuleSystem;
  readonly setting: Setting;
  readonly problems: readonly string[];
  readonly durationMs: number;
}

export interface MatrixResults {
  readonly plan: MatrixPlan;
  readonly cells: readonly Cell[];
  counts(): { passed: number; failed: number };
  slowest(): readonly (readonly [string, number])[];
}

/** Everything that must be equal between the hooked and the bare app as a whole. */
function checkProcess(bare: ChildRun, hooked: ChildRun): string[] {
  const facts = ({ exitCode, signal, stdout, stderr, listeners }: ChildRun): unknown => ({
    exitCode,
    signal,
    stdout,
    stderr,
    listeners,
  });
  return findDifferences(facts(bare), facts(hooked), 'process');
}

interface Pair {
  readonly version: OpenAIVersion;
  readonly system: ModuleSystem;
  readonly setting: Setting;
}

function checkScenario(
  bare: ScenarioResult,
  hooked: ScenarioResult | undefined,
  { version, setting }: Pair,
  isBaseline: boolean,
): string[] {
  if (hooked === undefined) return ['the hooked app has no result'];
  const problems = findDifferences(bare.seen, hooked.seen, 'app');
  if (JSON.stringify(bare.seen.result).includes('"timedOut":true')) problems.push('the bare app hung');
  const stray = bare.telemetry.spans.filter((span) => span.scope !== 'app');
  if (stray.length + bare.lines.length > 0) problems.push('the bare app has spans or lines: it is not bare');
  const scenario = scenarios.find(({ name }) => name === bare.name);
  if (scenario === undefined) return [...problems, 'the scenario is not in the list'];
  if (isBaseline) return problems;
  return [...problems, ...checkTelemetry(scenario, version, setting.surroundings, hooked)];
}

async function runPair(pair: Pair, plan: MatrixPlan): Promise<Cell[]> {
  const { version, system, setting } = pair;
  const { line, surroundings } = setting;
  const wanted = scenariosIn(setting, version)
    .map(({ name }) => name)
    .filter((name) => name.includes(plan.only ?? ''));
  if (wanted.length === 0) return [];
  const base = { version: version.text, system, surroundings, scenarios: wanted };
  const cell = (scenario: string, problems: readonly string[], durationMs = 0): Cell => ({
    ...pair,
    scenario,
    problems,
    durationMs,
  });
  try {
    const [bare, hooked] = await Promise.all([
      runChild(line, { ...base, isPatched: false }),
      runChild(line, { ...base, isPatched: !plan.isBaseline }),
    ]);
    const processProblems = checkProcess(bare, hooked);
    const byName = new Map(hooked.results.map((result) => [result.name, result]));
    if (bare.results.length !== wanted.length) processProblems.push('not every scenario has run');
    return [
      cell('the process as a whole', processProblems),
      ...bare.results.map((result) => {
        const problems = checkScenario(result, byName.get(result.name), pair, plan.isBaseline);
        return cell(result.name, problems, result.durationMs);
      }),
    ];
  } catch (error) {
    return wanted.map((name) => cell(name, [String(error)]));
  }
}

/** Runs every wanted pair of processes, bare and hooked, and compares what they saw. */
export async function runMatrix(plan: MatrixPlan): Promise<MatrixResults> {
  const pairs = plan.settings.flatMap((setting) =>
    setting.versions.flatMap((version) => setting.systems.map((system) => ({ version, system, setting }))),
  );
  const cells: Cell[] = [];
  const queue = pairs[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const pair of queue) cells.push(...(await runPair(pair, plan)));
  };
  // A pair is two processes, so half as many pairs as processors keep the machine busy.
  await Promise.all(Array.from({ length: Math.ceil(plan.atOnce / 2) }, work));
  return {
    plan,
    cells,
    counts() {
      const failed = cells.filter(({ problems }) => problems.length > 0).length;
      return { passed: cells.length - failed, failed };
    },
    slowest: () =>
      cells
        .map(({ scenario, version, durationMs }) => [`${scenario} (${version.text})`, durationMs] as const)
        .toSorted((one, two) => two[1] - one[1])
        .slice(0, 25),
  };
}
