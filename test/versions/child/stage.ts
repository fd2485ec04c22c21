import { trace } from '@opentelemetry/api';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, type Described } from '../describe.ts';
import type { OpenAIVersion } from '../openai-versions.ts';
import type { Answer, ScriptedServer } from '../server/scripted-server.ts';
import type { ModuleSystem } from '../run-plan.ts';

/** The client of eight versions: what they share has no one type. */
export type Client = any;
export type OpenAIModule = any;

export interface Loader {
  readonly system: ModuleSystem;
  /** Loads a subpath of the version under test ('' is its main entry), by this run's module system. */
  load(subpath: string): Promise<OpenAIModule>;
  /** The same by the other module system. */
  loadOther(subpath: string): Promise<OpenAIModule>;
}

/** Everything a scenario may touch. What it logs, returns and throws is what "the app sees". */
export interface Stage extends Loader {
  readonly version: OpenAIVersion;
  readonly openai: OpenAIModule;
  readonly OpenAI: any;
  readonly origin: string;
  /** The same server by a name of which GENVITALS_PROVIDERS says nothing. */
  readonly unnamedOrigin: string;
  readonly baseURL: string;
  client(options?: Record<string, unknown>): Client;
  /** The resource that holds parse, stream and runTools in this version. */
  helpers(client: Client): any;
  play(...answers: Answer[]): void;
  /** Lets the server send the next gated event. */
  release(): void;
  /** Waits until the server has seen this many requests. */
  arrived(count: number): Promise<void>;
  log(...values: unknown[]): void;
  /** Describes the object now and again at the end, to show that the client left it as it was. */
  track<T>(name: string, value: T): T;
  /** Notes the span active here; for what the app sees it does nothing. */
  probe(name: string): void;
  /** Makes the client's back-off sleeps a hundredth as long. */
  shortenSleeps(): void;
  pause(ms: number): Promise<void>;
  /** Awaits what may fail, and logs how it went. */
  outcome(label: string, thing: PromiseLike<unknown> | (() => unknown)): Promise<unknown>;
  collectGarbage(): Promise<void>;
}

export interface StageRecord {
  readonly log: readonly Described[];
  readonly tracked: Readonly<Record<string, readonly [Described, Described]>>;
  readonly probes: Readonly<Record<string, string>>;
}

export interface StageParts {
  readonly version: OpenAIVersion;
  readonly loader: Loader;
  readonly openai: OpenAIModule;
  readonly server: ScriptedServer;
}

const SLEEP_RANGE_MS = { from: 350, to: 9000 };

/** Back-off sleeps are between half a second and eight; request timeouts of scenarios lie outside that. */
function shortenTimers(): () => void {
  const original = globalThis.setTimeout;
  const shortened = (callback: () => void, ms?: number, ...rest: unknown[]): NodeJS.Timeout => {
    const isSleep = ms !== undefined && ms >= SLEEP_RANGE_MS.from && ms <= SLEEP_RANGE_MS.to;
    return original(callback, isSleep ? ms / 100 : ms, ...(rest as []));
  };
  globalThis.setTimeout = Object.assign<typeof shortened, typeof globalThis.setTimeout>(shortened, original);
  return () => {
    globalThis.setTimeout = original;
  };
}

const NO_SPAN_ID = '';

/** A stage for one scenario, and the way to read what happened on it. */
export function createStage(parts: StageParts): { stage: Stage; finish(): StageRecord } {
  const { version, loader, openai, server } = parts;
  const log: Described[] = [];
  const tracked = new Map<string, { before: Described; value: unknown }>();
  const probes: Record<string, string> = {};
  const undo: (() => void)[] = [];
  const OpenAI = openai.OpenAI ?? openai.default ?? openai;
  const baseURL = `${server.origin}/v1`;

  const stage: Stage = {
    ...loader,
    version,
    openai,
    OpenAI,
    origin: server.origin,
    unnamedOrigin: server.origin.replace('127.0.0.1', 'localhost'),
    baseURL,
    client: (options = {}) => new OpenAI({ apiKey: 'sk-SENTINEL', baseURL, ...options }),
    helpers: (client) => (version.major === 4 ? client.beta.chat.completions : client.chat.completions),
    play: (...answers) => server.play(answers),
    release: () => server.release(),
    async arrived(count) {
      while (server.seen().length < count) await delay(1);
    },
    log: (...values) => void log.push(...values.map(describe)),
    track(name, value) {
      tracked.set(name, { before: describe(value), value });
      return value;
    },
    probe(name) {
      probes[name] = trace.getActiveSpan()?.spanContext().spanId ?? NO_SPAN_ID;
    },
    shortenSleeps: () => void undo.push(shortenTimers()),
    pause: (ms) => delay(ms),
    async outcome(label, thing) {
      try {
        const value = await (typeof thing === 'function' ? thing() : thing);
        stage.log(`${label}: fulfilled`, value);
        return value;
      } catch (error) {
        stage.log(`${label}: rejected`, error);
        return error;
      }
    },
    async collectGarbage() {
      for (let round = 0; round < 3; round += 1) {
        await delay(5);
        globalThis.gc?.();
      }
      await delay(5);
    },
  };

  return {
    stage,
    finish() {
      for (const step of undo) step();
      return {
        log,
        probes,
        tracked: Object.fromEntries(
          [...tracked].map(([name, { before, value }]) => [name, [before, describe(value)] as const]),
        ),
      };
    },
  };
}
