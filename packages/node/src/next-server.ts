import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';

/** Published when a server is told to listen, before its port is open. */
const LISTEN = 'tracing:net.server.listen:asyncStart';
/** What Next's server leaves in the process, a custom one too. */
const MARK = Symbol.for('@next/router-server-methods');

/** True in a process that serves a Next.js app; not in one that builds it. */
export function isNextServer(): boolean {
  return process.title.startsWith('next-server') || MARK in globalThis;
}

function hasOpenAI(): boolean {
  try {
    createRequire(`${process.cwd()}/`).resolve('openai');
    return true;
  } catch {
    return false;
  }
}

/** True in `next build` and its workers, which load the app's routes, and openai with them, to ask what they are. */
export function isNextBuild(): boolean {
  return process.env['NEXT_PHASE'] === 'phase-production-build';
}

export interface NextServerEvents {
  /** It serves an app that has openai, or is about to, and no request has come. */
  onServing(): void;
  /** A request may have come already. */
  onRequest(): void;
}

/**
 * Tells of a Next.js server before it works on its first request. Next loads a route, and openai with it, while that
 * request is under way: whoever waits for openai comes too late for the request's own span.
 */
export function watchForNextServer({ onServing, onRequest }: NextServerEvents): void {
  if (isNextServer()) {
    // Next's instrumentation.ts has loaded us. It says that it is ready before that, so the request that began the
    // process in a cold start may wait for it; its span is begun in the same turn of the event loop.
    if (process.getActiveResourcesInfo().includes('TCPSocketWrap')) onRequest();
    else onServing();
    return;
  }
  function onListen(): void {
    if (!isNextServer()) return;
    unsubscribe(LISTEN, onListen);
    if (hasOpenAI()) onServing();
  }
  subscribe(LISTEN, onListen);
}
