import type { Attributes } from '@opentelemetry/api';
import { attributes as ledger, type OptionValues, readOptions } from '@genvitals/conventions';
import { ContentGate } from './content/gate.ts';
import { createCallLines } from './call-lines.ts';
import { OWN_SDK_CELL_CAP } from './counters.ts';
import { Diagnostics, setContextHost, WrittenIds } from '@genvitals/context/host';
import { FallbackSeam } from './fallback-seam.ts';
import type { Host, OpenAISeen } from './host-interface.ts';
import { getLobby } from './lobby.ts';
import { Prices } from './prices.ts';
import { Recorder } from './recorder.ts';
import { hasRequestLayer, RequestSeam } from './seam.ts';
import { unfollowedSentence } from './unfollowed.ts';
import { VERSION } from './version.ts';

export { providePricing } from './prices.ts';

/** The client's class as far as it is looked at. */
export interface OpenAIClass {
  readonly prototype: object;
}

interface VersionShape {
  readonly getUserAgent?: () => string;
}

/** "OpenAI/JS 7.57.0" on every version, bundled ones too. */
const USER_AGENT_VERSION = /\/JS (\S+)$/;

function versionOf(OpenAI: OpenAIClass): string {
  try {
    const userAgent = (OpenAI.prototype as VersionShape).getUserAgent?.call({ constructor: OpenAI });
    return USER_AGENT_VERSION.exec(userAgent ?? '')?.[1] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

/** All that is one a process, whatever the number of copies of this package and of openai in it. */
export class Runtime {
  readonly diagnostics = new Diagnostics();
  readonly options: OptionValues;
  readonly recorder: Recorder;
  readonly seen: OpenAISeen[] = [];
  isEnabled = true;
  readonly #requestSeam: RequestSeam;
  readonly #fallbackSeam: FallbackSeam;
  #unfollowed: OpenAISeen | undefined;
  #hasPrepared = false;
  #isSeen = false;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    const { values, problems } = readOptions(env);
    this.options = values;
    for (const problem of problems) this.diagnostics.warnOnce(problem.message, problem.message);
    this.recorder = new Recorder({
      mode: values.semconv,
      perChunk: values.perChunk,
      features: values.features,
      ids: new WrittenIds(values, this.diagnostics),
      prices: new Prices(values.prices, this.diagnostics),
      gate: new ContentGate(values, this.diagnostics),
      providers: values.providers,
      lines: createCallLines(values, env, this.diagnostics),
      diagnostics: this.diagnostics,
      info: { attributes: () => this.#info() },
    });
    this.#requestSeam = new RequestSeam(this);
    this.#fallbackSeam = new FallbackSeam(this);
  }

  setHost(host: Host): void {
    this.recorder.host = host;
    if (host.resource !== undefined) this.recorder.lines?.setResource(host.resource);
    this.recorder.gate.judge = host.judge;
    setContextHost({ content: this.recorder.gate });
    if (host.meterProvider !== undefined) this.recorder.counters.cellCap = OWN_SDK_CELL_CAP;
    for (const seen of this.seen) this.#tellHost(seen);
  }

  /** Before a call: has the providers decided once, and tells whether anybody would see the call. */
  prepare(): boolean {
    if (!this.#hasPrepared) {
      this.#hasPrepared = true;
      try {
        this.recorder.host.beforeFirstCall?.();
      } catch (error) {
        this.recorder.complain(error);
      }
    }
    this.#isSeen = this.recorder.refresh();
    return this.#isSeen;
  }

  /** Whether calls are recorded, as far as the last call could tell. */
  get isActive(): boolean {
    return this.isEnabled && this.#isSeen;
  }

  /** Patches a client class, once. @param file the file that defines it, empty where it was given by hand */
  patch(OpenAI: OpenAIClass, file: string): void {
    try {
      if (typeof OpenAI?.prototype !== 'object' || this.#isPatched(OpenAI)) return;
      const version = versionOf(OpenAI);
      const seam = this.#patchBy(OpenAI, version);
      getLobby().endWatch?.();
      this.#forgetUnfollowed();
      this.#add({ version, seam, file });
    } catch (error) {
      this.recorder.complain(error);
    }
  }

  /**
   * A client at work whose class nobody has seen: said once, and in the heartbeat until one is patched.
   * Where nobody would see its calls anyway, nothing is.
   */
  addUnfollowed(version: string): void {
    const isHooked = getLobby().patch !== undefined;
    if (this.seen.some((seen) => seen !== this.#unfollowed)) return;
    if (this.#unfollowed === undefined) {
      this.#unfollowed = { version, seam: isHooked ? 'bundled' : 'none', file: '' };
      this.#add(this.#unfollowed);
    }
    if (!this.prepare() || !this.isEnabled) return;
    getLobby().endWatch?.();
    this.diagnostics.warnOnce(isHooked ? 'bundled' : 'hook', unfollowedSentence(version, isHooked));
  }

  #add(seen: OpenAISeen): void {
    this.seen.push(seen);
    this.#tellHost(seen);
  }

  /** Its class is taken to be the one that was found now. */
  #forgetUnfollowed(): void {
    if (this.#unfollowed === undefined) return;
    this.seen.splice(this.seen.indexOf(this.#unfollowed), 1);
    this.#unfollowed = undefined;
  }

  readonly #patched = new WeakSet<object>();

  #isPatched(OpenAI: OpenAIClass): boolean {
    if (this.#patched.has(OpenAI.prototype)) return true;
    this.#patched.add(OpenAI.prototype);
    return false;
  }

  #patchBy(OpenAI: OpenAIClass, version: string): OpenAISeen['seam'] {
    if (hasRequestLayer(OpenAI.prototype)) {
      this.#requestSeam.patch(OpenAI.prototype);
      return 'request';
    }
    const isPatched = this.#fallbackSeam.patch(OpenAI);
    this.diagnostics.warnOnce(
      `seam ${version}`,
      isPatched
        ? `openai ${version} has no request layer that is known, so its calls are followed method by method: retries and raw requests are not seen. Please report this version.`
        : `openai ${version} has neither a request layer nor methods that are known, so its calls are not seen. Please report this version.`,
    );
    return isPatched ? 'fallback' : 'none';
  }

  #tellHost(seen: OpenAISeen): void {
    try {
      this.recorder.host.onOpenAISeen?.(seen);
    } catch (error) {
      this.recorder.complain(error);
    }
  }

  #info(): Attributes[] {
    const seen = this.seen.length > 0 ? this.seen : [{ version: 'none', seam: 'none' }];
    return seen.map(({ version, seam }) => ({
      [ledger.version.key]: VERSION,
      [ledger.openaiVersion.key]: version,
      [ledger.seam.key]: seam,
      [ledger.semconv.key]: this.options.semconv,
      [ledger.captureMode.key]: this.options.captureContent,
    }));
  }
}

/** The process's runtime, made at first use. */
export function getRuntime(): Runtime {
  const lobby = getLobby();
  if (lobby.runtime === undefined) {
    lobby.runtime = new Runtime(globalThis.process?.env ?? {});
    lobby.runtime.setHost(lobby.host);
  }
  return lobby.runtime;
}
