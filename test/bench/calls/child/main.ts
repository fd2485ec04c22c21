/** Measures one subject, in a process of its own, and prints what it found as JSON. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { histogramProducer, setHost } from '@genvitals/instrumentation-openai/host';
import type * as api from '@opentelemetry/api';
import type { Subject } from '../subjects.ts';
import { callBy, cases, type CaseName, type MakeCall } from './cases.ts';
import { loadBare, loadPatched } from './clients.ts';
import { floorAround, floorLoop, recordEmitted } from './floor.ts';
import { measureHeap } from './heap.ts';
import { type RoundsPlan, type RoundTimes, runRounds, warmUp } from './rounds.ts';
import { startSdk } from './sdk.ts';

export interface ChildPlan extends RoundsPlan {
  readonly subject: Subject;
  /** Folder with SDK and openai. */
  readonly folder: string;
  readonly openai: string;
}

export interface ChildResult {
  /** CPU of the thread in µs a call, by who made it. */
  readonly times: Readonly<Record<CaseName, RoundTimes>>;
  /** Bytes gained over a long stream. */
  readonly heap: Readonly<Record<string, number[]>>;
  readonly spanAttributes: number;
  readonly metrics: number;
}

async function measure({ subject, folder, openai, ...plan }: ChildPlan): Promise<ChildResult> {
  const require = createRequire(join(folder, 'package.json'));
  const openTelemetry = require('@opentelemetry/api') as typeof api;
  const names = Object.keys(cases) as CaseName[];
  const hasEvents = subject.sdk === 'spans, metrics and events';

  const bare = loadBare(require, openai);
  const isOurs = subject.instrumentation === 'genvitals';
  // Ours finds providers at each call, so what it emits is recorded first; peers take them when they are made.
  let patched = isOurs ? await loadPatched(require, openai, 'genvitals') : undefined;
  const emitted = new Map<CaseName, Awaited<ReturnType<typeof recordEmitted>>>();
  if (subject.withFloor === true && patched !== undefined) {
    for (const name of names)
      emitted.set(name, await recordEmitted(openTelemetry, callBy(patched), cases[name]));
  }
  const sdk = startSdk(require, subject, subject.ownsSdk === true ? [histogramProducer('cumulative')] : []);
  if (subject.ownsSdk === true) setHost({ meterProvider: openTelemetry.metrics.getMeterProvider() });
  patched ??= await loadPatched(require, openai, subject.instrumentation);

  let spansDue = 0;
  const counted = (makeCall: MakeCall): MakeCall => {
    return (params) => {
      spansDue++;
      return makeCall(params);
    };
  };
  const subjects = { bare: callBy(bare), again: callBy(bare), patched: counted(callBy(patched)) };
  const contestants = new Map(
    names.map((name) => {
      const floor = emitted.get(name);
      if (floor === undefined) return [name, subjects];
      const around = counted(floorAround(sdk.api, bare, floor, hasEvents));
      // The loop takes a batch of many to be measured at all.
      const loop = name === 'call' ? { loop: counted(floorLoop(sdk.api, floor, hasEvents)) } : {};
      return [name, { ...subjects, around, ...loop }];
    }),
  );

  // Everything is warm before anything is measured: in an app, the code has seen all kinds of calls.
  const callsABatch = new Map<CaseName, number>();
  for (const name of [...names, ...names]) {
    callsABatch.set(name, await warmUp(contestants.get(name) ?? subjects, cases[name], plan));
  }
  const times: Partial<Record<CaseName, RoundTimes>> = {};
  for (const name of names) {
    const calls = callsABatch.get(name) ?? 1;
    times[name] = await runRounds(contestants.get(name) ?? subjects, cases[name], calls, plan);
  }
  await sdk.flush();
  if (subject.sdk !== 'none' && sdk.exported.spans !== spansDue) {
    throw new Error(`${subject.name}: ${spansDue} calls were made and ${sdk.exported.spans} spans exported`);
  }
  const { spanAttributes, metrics } = sdk.exported;

  const heap = await measureHeap({ bare, patched });
  return { times: times as Record<CaseName, RoundTimes>, heap, spanAttributes, metrics };
}

const result = await measure(JSON.parse(process.argv[2] ?? '{}') as ChildPlan);
// The exit ends timers and hooks of every SDK alike.
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
