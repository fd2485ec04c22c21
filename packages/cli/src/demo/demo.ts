import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { createSimulator, incidents, type Simulator } from '@genvitals/openai-simulator';
import { createOtlpReceiver, type OtlpReceiver } from '@genvitals/otlp';
import type { Command, Surroundings } from '../command.ts';
import { CliError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import { type Assistant, startAssistant } from './assistant-process.ts';
import { type CallBook, createCallBook } from './call-book.ts';
import { toClosing } from './closing.ts';
import { type Comparison, toComparison } from './comparison.ts';
import { DEFAULT_CALLS, type DemoOptions, demoOptions } from './demo-options.ts';
import { createIncidentTrigger, type IncidentTrigger } from './incident-trigger.ts';
import { confirmReal, type RealModel } from './real.ts';
import { toReport } from './report.ts';
import { createShow, type Show } from './show.ts';
import { createStyle } from '../text.ts';
import { sendVisitors } from './visitors.ts';

/** Without --calls the demo is over in half a minute, whatever the incident does to the times. */
const MAX_DEFAULT_SECONDS = 18;
const SHARE_BEFORE_INCIDENT = 0.4;
/** Of a small account: what is left of them in an incident is less than the visitors need. */
const RATE_LIMITS = { requestsPerMinute: 15_000 };
const STOP_MS = 6_000;
const ABORT_MS = 1_500;
const SIGNAL_EXIT_BASE = 128;

export const demo: Command = {
  summary: 'a support assistant, watched live, without a key or a cost',
  options: demoOptions,
  async run(args, surroundings) {
    const options = parseOptions(demoOptions, args);
    checkDemand(options);
    try {
      return await runDemo(options, surroundings);
    } catch (error) {
      if (surroundings.signal.aborted) return toExitCode(surroundings.signal);
      throw error;
    }
  },
};

function checkDemand(options: DemoOptions): void {
  if (!('registerHooks' in nodeModule)) {
    throw new CliError('CLI_NODE_TOO_OLD', `Expected Node.js 22.15 or newer, got ${process.versions.node}.`);
  }
  if (options.real && options.incident !== undefined) {
    throw new CliError(
      'CLI_INVALID_OPTION',
      'Expected --real without --incident: only the simulator has incidents.',
    );
  }
}

/** Everything that must not outlive the demo. */
interface Stage {
  receiver?: OtlpReceiver;
  simulator?: Simulator;
  assistant?: Assistant;
  trigger?: IncidentTrigger;
}

async function runDemo(options: DemoOptions, surroundings: Surroundings): Promise<number> {
  const real = options.real ? await confirmReal(options, surroundings) : undefined;
  const book = createCallBook();
  const show = createShow({ book, surroundings, isSilent: options.json });
  const stage: Stage = {};
  try {
    await play(stage, book, show, options, real, surroundings);
  } finally {
    show.close();
    stage.trigger?.close();
    await stage.assistant?.stop(ABORT_MS);
    await stage.simulator?.close();
    await stage.receiver?.close();
  }
  const { signal } = surroundings;
  if (book.calls().length === 0 && !signal.aborted) {
    throw new CliError(
      'DEMO_NOTHING_RECEIVED',
      `The assistant ran, and no telemetry of it arrived. It wrote:\n${stage.assistant?.output()}`,
    );
  }
  tell(options, book, show, toIncidentComparison(options, book, stage.trigger), surroundings);
  return signal.aborted ? toExitCode(signal) : 0;
}

async function play(
  stage: Stage,
  book: CallBook,
  show: Show,
  options: DemoOptions,
  real: RealModel | undefined,
  surroundings: Surroundings,
): Promise<void> {
  const { env, signal } = surroundings;
  const calls = options.calls ?? DEFAULT_CALLS;
  show.phase('starting the assistant');
  stage.receiver = await createOtlpReceiver({
    onTraces: book.addTraces,
    onMetrics: book.addMetrics,
    onLogs: book.addLogs,
  });
  const simulator =
    real === undefined ? await createSimulator({ seed: options.seed, rateLimits: RATE_LIMITS }) : undefined;
  if (simulator !== undefined) stage.simulator = simulator;
  stage.assistant = await startAssistant({
    env,
    modelEnv: real?.env ?? {
      OPENAI_API_KEY: 'sk-demo',
      OPENAI_BASE_URL: simulator?.url,
      GENVITALS_PROVIDERS: '127.0.0.1=openai',
    },
    otlpUrl: stage.receiver.url,
    signal,
  });
  const begunCalls = simulator === undefined ? undefined : () => toBegunCalls(simulator);
  if (simulator !== undefined && begunCalls !== undefined && options.incident !== undefined) {
    stage.trigger = createIncidentTrigger({
      name: options.incident,
      begunCalls,
      afterCalls: Math.floor(calls * SHARE_BEFORE_INCIDENT),
      begin: (name) => {
        simulator.setIncident(name);
        show.incident(incidents[name].summary);
      },
    });
  }
  show.phase('visitors are asking');
  await Promise.race([
    failWhenDead(stage.assistant, signal),
    sendVisitors({
      url: stage.assistant.url,
      calls,
      seed: options.seed,
      begunCalls,
      allows: (visit) => real?.budget.allows(visit) ?? true,
      maxSeconds: options.calls === undefined ? MAX_DEFAULT_SECONDS : undefined,
      signal,
    }),
  ]);
  show.phase('waiting for the last export');
  await stage.assistant.stop(signal.aborted ? ABORT_MS : STOP_MS);
  show.phase('done');
}

/** Calls as an app counts them: the attempts of one call are one. */
function toBegunCalls(simulator: Simulator): number {
  const { total, retries, inFlight } = simulator.counts().calls;
  return total - retries + inFlight;
}

/** A Ctrl-C reaches the assistant too: then it may end. */
async function failWhenDead(assistant: Assistant, signal: AbortSignal): Promise<void> {
  await assistant.died;
  if (signal.aborted) return;
  throw new CliError(
    'DEMO_ASSISTANT_FAILED',
    `The assistant ended in the middle of the demo. It wrote:\n${assistant.output()}`,
  );
}

function toIncidentComparison(
  options: DemoOptions,
  book: CallBook,
  trigger: IncidentTrigger | undefined,
): Comparison | undefined {
  const beganAtMs = trigger?.beganAtMs();
  if (options.incident === undefined || beganAtMs === undefined) return undefined;
  return toComparison(book, options.incident, beganAtMs);
}

function tell(
  options: DemoOptions,
  book: CallBook,
  show: Show,
  comparison: Comparison | undefined,
  { stdout, signal }: Surroundings,
): void {
  const elapsedSeconds = show.elapsedSeconds();
  if (options.json) {
    // Half a run is no answer: whoever reads this by machine gets a whole document or none.
    if (signal.aborted) return;
    const { seed, real } = options;
    stdout.write(`${JSON.stringify(toReport({ book, seed, real, elapsedSeconds, comparison }), null, 2)}\n`);
    return;
  }
  const closing = signal.aborted ? ['', ' Stopped.', ''] : toClosing(book, comparison, createStyle(stdout));
  stdout.write(`${[...show.board(), ...closing].join('\n')}\n`);
}

function toExitCode(signal: AbortSignal): number {
  return SIGNAL_EXIT_BASE + constants.signals[signal.reason as NodeJS.Signals];
}
