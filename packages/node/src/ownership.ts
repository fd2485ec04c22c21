import { createRequire } from 'node:module';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { OptionValues } from '@genvitals/conventions';
import { histogramProducer } from '@genvitals/instrumentation-openai/host';
import { foreignTracer } from './foreign-tracer.ts';
import { say } from './notice.ts';
import { isAnyProviderRegistered, readSlots } from './otel-slots.ts';
import { yieldToLateSdk } from './late-sdk.ts';
import type * as httpModule from './http/index.ts';
import type * as sdkModule from './sdk/index.ts';

const FIRST_REQUEST = 'http.server.request.start';
/** Beginning a thread takes a core for 40 ms: a request goes first, for no model answers sooner. */
const THREAD_START_DELAY_MS = 100;
const load = createRequire(import.meta.url);

export type Owner = 'app' | 'genvitals' | 'nobody';

export interface Ownership {
  /** openai was seen: watch for the first request, and have the SDK's code ready by then. */
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
  options: Pick<OptionValues, 'sdk' | 'http' | 'undici'>,
  events: OwnershipEvents,
): Ownership {
  let decided: Owner | undefined;
  let sdk: sdkModule.Sdk | undefined;
  let isArmed = false;
  /** What an SDK that was prepared has to say, for the case that it is taken. */
  const held: [key: string, sentence: string][] = [];

  function foresee(): Owner {
    if (decided !== undefined) return decided;
    if (options.sdk === 'on') return 'genvitals';
    if (isAnyProviderRegistered()) return 'app';
    return options.sdk === 'off' || process.env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true'
      ? 'nobody'
      : 'genvitals';
  }

  function isHttpOurs(): boolean {
    return (options.http || options.undici) && foreignTracer() === undefined;
  }

  function onFirstRequest(): void {
    decide(true);
  }

  function decide(isInRequest = false): Owner {
    if (decided !== undefined) return decided;
    unsubscribe(FIRST_REQUEST, onFirstRequest);
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
      // A piece at a time, so that no turn of the event loop is long.
      setImmediate(() => {
        if (foresee() !== 'genvitals') {
          events.onReady();
          return;
        }
        loadSdk();
        setImmediate(() => {
          if (foresee() === 'genvitals' && isHttpOurs()) loadHttp();
          setImmediate(() => {
            if (foresee() === 'genvitals') prepare();
            events.onReady();
          });
        });
      });
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
