import type { Cluster } from 'node:cluster';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import path from 'node:path';
import { entryFile, isTool, readPackageAbove } from './app-package.ts';
import { say } from './notice.ts';

const SEEN_BY_MS = 60_000;
const UNDICI_CHANNEL = 'undici:request:create';
const INFERENCE_PATH = /\/(?:chat\/completions|responses|embeddings|completions)(?:\?|$)/;
const ADVICE =
  'make it external (`serverExternalPackages: ["openai"]`, `--external:openai`) or call `instrument(OpenAI)` of @genvitals/instrumentation-openai where the client is made';

export interface UnseenWatch {
  /** openai was seen: nothing is amiss. */
  close(): void;
}

/**
 * Tells why an app that uses openai shows nothing: its requests are on the wire though no client was seen, so the
 * client is bundled; or openai is installed and was never loaded; or this Node lets nobody see what is loaded.
 * @param isHooked whether modules can be watched as they are loaded
 */
export function watchForUnseenOpenAI(isHooked: boolean): UnseenWatch {
  const timer = setTimeout(() => {
    const found = findOpenAI();
    if (found === undefined) return;
    if (isHooked)
      say(
        'unseen',
        `openai ${found} is installed but was not loaded in this process within ${SEEN_BY_MS / 1000} s. If the app uses it, it is bundled into your build: ${ADVICE}`,
      );
    else sayUnhooked();
  }, SEEN_BY_MS);
  timer.unref();

  function onRequest(message: unknown): void {
    if (!isOpenAIRequest((message as { request: UndiciRequest }).request)) return;
    close();
    if (isHooked)
      say(
        'bundled',
        `openai is bundled into your build, so its calls can't be traced by themselves: ${ADVICE}`,
      );
    else sayUnhooked();
  }
  function close(): void {
    clearTimeout(timer);
    unsubscribe(UNDICI_CHANNEL, onRequest);
  }
  subscribe(UNDICI_CHANNEL, onRequest);
  return { close };
}

/** Whether it is bundled or not is unknown here, and makes no difference. */
function sayUnhooked(): void {
  say(
    'unhooked',
    `openai's calls can't be traced by themselves, for module.registerHooks is missing in ${process.version}: take Node 22.15 or newer, or call \`instrument(OpenAI)\` of @genvitals/instrumentation-openai where the client is made`,
  );
}

interface UndiciRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: string | readonly unknown[];
}

/** The client marks each request `x-stainless-lang: js`; so does Anthropic's, which adds a version of its own. */
function isOpenAIRequest({ method, path, headers }: UndiciRequest): boolean {
  if (method !== 'POST' || path === undefined || !INFERENCE_PATH.test(path)) return false;
  const text = (typeof headers === 'string' ? headers : (headers ?? []).join('\n')).toLowerCase();
  return text.includes('x-stainless-lang') && !text.includes('anthropic-version');
}

/** The version of openai the app could load; undefined for tools, and for the primary of a cluster. */
function findOpenAI(): string | undefined {
  const entry = entryFile();
  if (entry === undefined || isTool(entry) || hasClusterWorkers()) return undefined;
  try {
    const main = createRequire(path.resolve(entry)).resolve('openai');
    return readPackageAbove(path.dirname(main))?.version;
  } catch {
    return undefined;
  }
}

function hasClusterWorkers(): boolean {
  const cluster = process.getBuiltinModule('node:cluster') as unknown as Cluster;
  return cluster.isPrimary && Object.keys(cluster.workers ?? {}).length > 0;
}
