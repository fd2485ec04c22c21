import { createRequire } from 'node:module';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { OptionValues } from '@genvitals/conventions';
import { histogramProducer, seenOpenAI } from '@genvitals/instrumentation-openai/host';
import { foreignTracer } from './foreign-tracer.ts';
import { say } from './notice.ts';
import { isAnyProviderRegistered, readSlots } from './otel-slots.ts';
import { yieldToLateSdk } from './late-sdk.ts';
import { isSdkDisabled } from './sdk-disabled.ts';
import type * as httpModule from './http/index.ts';
import type * as sdkModule from './sdk/index.ts';

const FIRST_REQUEST = 'http.server.request.start';
/** Published when the app calls `listen`, before the port is open. */
const LISTEN = 'tracing:net.server.listen:asyncStart';
/** Beginning a thread takes a core for 40 ms: a request goes first, for no model answers sooner. */
const THREAD_START_DELAY_MS = 100;
const load = createRequire(import.meta.url);

export type Owner = 'app' | 'genvitals' | 'nobody';

export interface Ownership {
  /** openai was seen: watch for the first request, and have ready by then what it would wait for. */
  arm(): void;
  /** Decides, once, synchronously. */
  decide(): Owner;
  /** What the decision would be now. */
  foresee(): Owner;
  /** Our SDK, made but not registered: for asking its collector before the decision. */
  prepare(): sdkModule.Sdk;
  /** Our SDK, once it is decided that it provides. */
  readonly sdk: sdkModule.Sdk | undefined;
}

export interface OwnershipEvents {
  /** openai was seen and the SDK's code is loaded, or the decision is made. */
  onReady(): void;
  onOurs(sdk: sdkModule.Sdk): void;
  /** The app has started an SDK of its own after ours. */
  onYield(sdk: sdkModule.Sdk): void;
}

/**
 * Who provides OpenTelemetry in this process. An app with an SDK of its own may start it in its first lines or
 * after it has awaited secrets, but before it serves; so the decision waits for the first OpenAI call or the first
 * incoming request, and until then nothing is registered, not even a logger.
 */
export function createOwnership(
  options: Pick<OptionValues, 'sdk' | 'http' | 'undici' | 'captureContent'>,
  events: OwnershipEvents,
): Ownership {
  let decided: Owner | undefined;
  let sdk: sdkModule.Sdk | undefined;
  let isArmed = false;
  /** What an SDK that was prepared has to say, for the case that it is taken. */
  const held: [key: string, sentence: string][] = [];

  function foresee(): Owner {
    if (decided !== undefined) return decided;
    const isOff = options.sdk === 'off' || isSdkDisabled();
    if (options.sdk === 'on' && !isOff) return 'genvitals';
    if (isAnyProviderRegistered()) return 'app';
    return isOff ? 'nobody' : 'genvitals';
  }

  function isHttpOurs(): boolean {
    return (options.http || options.undici) && foreignTracer() === undefined;
  }

  function onFirstRequest(): void {
    decide(true);
  }

  const pieces: readonly (() => void)[] = [
    loadSdk,
    () => {
      if (isHttpOurs()) loadHttp();
    },
    prepare,
  ];

  /** A piece at a time, so that no turn of the event loop is long. */
  function getReadyFrom(index: number): void {
    setImmediate(() => {
      const piece = pieces[index];
      if (piece === undefined || foresee() !== 'genvitals') {
        events.onReady();
        return;
      }
      piece();
      getReadyFrom(index + 1);
    });
  }

  /** All at once: no request can come yet, so none has to wait. */
  function onListen(): void {
    unsubscribe(LISTEN, onListen);
    if (foresee() !== 'genvitals') return;
    for (const piece of pieces) piece();
    if (seenOpenAI().some(({ version }) => !version.startsWith('4.'))) loadFetch();
  }

  function decide(isInRequest = false): Owner {
    if (decided !== undefined) return decided;
    unsubscribe(FIRST_REQUEST, onFirstRequest);
    unsubscribe(LISTEN, onListen);
    decided = foresee();
    if (decided === 'genvitals') begin(isInRequest);
    else sdk?.abandon();
    events.onReady();
    return decided;
  }

  function prepare(): sdkModule.Sdk {
    sdk ??= loadSdk().createSdk({
      createMetricProducer: (temporality) =>
        histogramProducer(temporality) as unknown as sdkModule.SyncMetricProducer,
      carriesContent: {
        spans: options.captureContent.startsWith('SPAN'),
        events: options.captureContent.includes('EVENT'),
      },
      say: (key, sentence) => {
        if (decided === 'genvitals') say(key, sentence);
        else held.push([key, sentence]);
      },
    });
    return sdk;
  }

  function begin(isInRequest: boolean): void {
    const isAlone = !isAnyProviderRegistered();
    const isTracingOurs = readSlots().trace === undefined;
    const ours = prepare();
    for (const [key, sentence] of held.splice(0)) say(key, sentence);
    ours.register({ startThreadAfterMs: isInRequest ? THREAD_START_DELAY_MS : 0 });
    const spans =
      isTracingOurs && isHttpOurs()
        ? loadHttp().startHttpSpans({ incoming: options.http, fetch: options.undici })
        : undefined;
    // Beside an SDK that was there already (GENVITALS_SDK=on) the slots are shared, and there is no way to yield.
    if (isAlone) {
      yieldToLateSdk({
        onYield: (taken) => {
          spans?.stop();
          ours.yield(taken);
          events.onYield(ours);
        },
        onRefusal: () => {
          say(
            'late-sdk',
            'an OpenTelemetry SDK was started after the first OpenAI call or request of this process, when ours was in place already, and it does not work: start it before, or set GENVITALS_SDK=off',
          );
        },
      });
    }
    events.onOurs(ours);
  }

  return {
    arm: () => {
      if (isArmed || decided !== undefined) return;
      isArmed = true;
      subscribe(FIRST_REQUEST, onFirstRequest);
      subscribe(LISTEN, onListen);
      getReadyFrom(0);
    },
    decide: () => decide(),
    foresee,
    prepare,
    get sdk() {
      return decided === 'genvitals' ? sdk : undefined;
    },
  };
}

function loadSdk(): typeof sdkModule {
  return load('#sdk') as typeof sdkModule;
}

function loadHttp(): typeof httpModule {
  return load('#http') as typeof httpModule;
}

/**
 * Node loads its `fetch` at the first use, 15 to 25 ms that the first call would wait; openai 5, 6 and early 7 leave
 * it to that. Not before the app listens: whichever undici is loaded first, Node's or one of the app's own, makes
 * the dispatcher that both use.
 */
function loadFetch(): void {
  // Reading it is enough; where it was replaced nothing is loaded.
  Reflect.get(globalThis, 'Response');
}
