import { checkTelemetry } from './check-telemetry.ts';
import { findDifferences } from './compare.ts';
import type { NodeLine } from './node-lines.ts';
import type { OpenAIVersion } from './openai-versions.ts';
import { runChild, type ChildRun } from './run-child.ts';
import type { ModuleSystem, ScenarioResult } from './run-plan.ts';
import { applies, scenarios } from './scenarios/index.ts';

export interface MatrixPlan {
  readonly versions: readonly OpenAIVersion[];
  readonly lines: readonly NodeLine[];
  readonly systems: readonly ModuleSystem[];
  readonly only: string | undefined;
  readonly isBaseline: boolean;
  /** Pairs of processes that run at the same time. */
  readonly atOnce: number;
}

/** One scenario on one openai version, module system and Node. */
export interface Cell {
  readonly scenario: string;
  readonly version: OpenAIVersion;
  readonly system: ModuleSystem;
  readonly line: NodeLine;
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

function checkScenario(
  bare: ScenarioResult,
  hooked: ScenarioResult | undefined,
  version: OpenAIVersion,
  isBaseline: boolean,
): string[] {
  if (hooked === undefined) return ['the hooked app has no result'];
  const problems = findDifferences(bare.seen, hooked.seen, 'app');
  if (JSON.stringify(bare.seen.result).includes('"timedOut":true')) problems.push('the bare app hung');
  const stray = bare.telemetry.spans.filter((span) => span.scope !== 'app');
  if (stray.length > 0) problems.push('the bare app has spans: it is not bare');
  const scenario = scenarios.find(({ name }) => name === bare.name);
  if (scenario === undefined) return [...problems, 'the scenario is not in the list'];
  return isBaseline ? problems : [...problems, ...checkTelemetry(scenario, version, hooked)];
}

async function runPair(
  version: OpenAIVersion,
  system: ModuleSystem,
  line: NodeLine,
  plan: MatrixPlan,
): Promise<Cell[]> {
  const wanted = scenarios
    .filter((scenario) => applies(scenario, version) && (line.isOwn || scenario.everywhere === true))
    .map(({ name }) => name)
    .filter((name) => name.includes(plan.only ?? ''));
  if (wanted.length === 0) return [];
  const base = { version: version.text, system, scenarios: wanted, onlyEverywhere: !line.isOwn };
  const cell = (scenario: string, problems: readonly string[], durationMs = 0): Cell => ({
    scenario,
    version,
    system,
    line,
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
      ...bare.results.map((result) =>
        cell(
          result.name,
          checkScenario(result, byName.get(result.name), version, plan.isBaseline),
          result.durationMs,
        ),
      ),
    ];
  } catch (error) {
    return wanted.map((name) => cell(name, [String(error)]));
  }
}

/** Runs every wanted pair of processes, bare and hooked, and compares what they saw. */
export async function runMatrix(plan: MatrixPlan): Promise<MatrixResults> {
  const pairs = plan.lines.flatMap((line) =>
    plan.versions.flatMap((version) => plan.systems.map((system) => ({ line, version, system }))),
  );
  const cells: Cell[] = [];
  const queue = pairs[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const { version, system, line } of queue)
      cells.push(...(await runPair(version, system, line, plan)));
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
