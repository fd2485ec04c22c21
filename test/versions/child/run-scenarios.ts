import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, type Described } from '../describe.ts';
import { openAIVersions, type OpenAIVersion } from '../openai-versions.ts';
import type { ChildPlan, ChildReport, ScenarioResult, SeenByApp } from '../run-plan.ts';
import type { Scenario } from '../scenario.ts';
import { scenariosFor } from '../scenarios/index.ts';
import { createScriptedServer, type ScriptedServer } from '../server/scripted-server.ts';
import { createStage, type Loader, type OpenAIModule } from './stage.ts';
import { registerNothing, registerSdk, type TelemetryStage } from './telemetry.ts';

const SCENARIO_LIMIT_MS = 20_000;
/** The server must see a client hang up, and the instrumentation end its spans, within this time. */
const SETTLE_LIMIT_MS = 3000;
const PROCESS_EVENTS = ['unhandledRejection', 'rejectionHandled', 'uncaughtException', 'warning'] as const;

/** Writes down what the process says while a scenario runs, so that a rejection that differs is seen. */
function watchProcess(): { take(): Described[] } {
  let seen: Described[] = [];
  for (const name of PROCESS_EVENTS) {
    process.on(name, (reason: unknown) => {
      seen.push(describe({ event: name, reason: name === 'rejectionHandled' ? 'a promise' : reason }));
    });
  }
  return {
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
  };
}

async function withLimit(work: Promise<unknown>): Promise<Described> {
  const timer = new AbortController();
  const limit = delay(SCENARIO_LIMIT_MS, 'limit', { signal: timer.signal, ref: true }).catch(() => 'limit');
  const done = work.then(
    (value) => ({ returned: describe(value) }),
    (error: unknown) => ({ thrown: describe(error) }),
  );
  const first = await Promise.race([done, limit]);
  timer.abort();
  return first === 'limit' ? { timedOut: true } : first;
}

async function settle(server: ScriptedServer, telemetry: TelemetryStage): Promise<void> {
  await server.settled(SETTLE_LIMIT_MS);
  // Rejections are reported a turn after the microtasks that could still have handled them.
  await delay(2);
  const limit = Date.now() + SETTLE_LIMIT_MS;
  while (telemetry.open() > 0 && Date.now() < limit) await delay(3);
}

interface Theatre {
  readonly version: OpenAIVersion;
  readonly loader: Loader;
  readonly openai: OpenAIModule;
  readonly server: ScriptedServer;
  readonly telemetry: TelemetryStage;
  readonly watch: ReturnType<typeof watchProcess>;
  readonly callLog: { take(): string[] };
}

async function runScenario(scenario: Scenario, theatre: Theatre): Promise<ScenarioResult> {
  const { server, telemetry, watch, callLog } = theatre;
  const begun = performance.now();
  server.play([]);
  const { stage, finish } = createStage(theatre);
  const result = await withLimit((async () => scenario.run(stage))());
  await settle(server, telemetry);
  const { log, tracked, probes } = finish();
  const seen: SeenByApp = {
    result,
    log,
    tracked,
    processEvents: watch.take(),
    requests: structuredClone(server.seen()),
  };
  return {
    name: scenario.name,
    seen,
    telemetry: await telemetry.take(),
    probes,
    lines: callLog.take(),
    durationMs: performance.now() - begun,
  };
}

/** The lines written to a file since the last time. */
function followFile(path: string): { take(): string[] } {
  let read = 0;
  return {
    take() {
      if (!existsSync(path)) return [];
      const text = readFileSync(path, 'utf8');
      const fresh = text.slice(read);
      read = text.length;
      return fresh.split('\n').filter((line) => line !== '');
    },
  };
}

/** Gives the app the OpenTelemetry that the plan wants it to have. */
export function registerFor({ surroundings }: ChildPlan): TelemetryStage {
  if (surroundings === 'call-log' || surroundings === 'nothing') return registerNothing();
  return registerSdk(surroundings !== 'no-context');
}

function listenerCounts(): Record<string, number> {
  return Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));
}

/** What a child process does: every scenario of the plan, one after the other, then one report. */
export async function runScenarios(
  plan: ChildPlan,
  loader: Loader,
  registered?: TelemetryStage,
): Promise<void> {
  const listeners = listenerCounts();
  const version = openAIVersions.find((one) => one.text === plan.version);
  if (version === undefined) throw new Error(`Expected a tested openai version, got \`${plan.version}\``);
  const openai = await loader.load('');
  const telemetry = registered ?? registerFor(plan);
  const server = await createScriptedServer(plan.surroundings === 'usage-injected');
  const watch = watchProcess();
  const callLog = followFile(plan.callLogPath);
  const theatre: Theatre = { version, loader, openai, server, telemetry, watch, callLog };
  const results: ScenarioResult[] = [];
  for (const scenario of scenariosFor(version)) {
    if (!plan.scenarios.includes(scenario.name)) continue;
    results.push(await runScenario(scenario, theatre));
  }
  const report: ChildReport = { results, listeners };
  writeFileSync(plan.reportPath, JSON.stringify(report));
  server.close();
  process.exit(0);
}
