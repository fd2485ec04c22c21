import type * as index from './index.ts';

// For edge runtimes, workers and browsers, where there is nothing to load and no process to look after: all of it does
// nothing, so that code which is built for several runtimes may import it everywhere.

export const setMaskHook: typeof index.setMaskHook = () => undefined;

export const flush: typeof index.flush = () => Promise.resolve();

export const withFlush: typeof index.withFlush = (handler) => handler;
