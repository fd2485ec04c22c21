import { createRequire } from 'node:module';
import { setContextHost } from '@genvitals/context/host';
import { installHook, setHost } from '@genvitals/instrumentation-openai/host';
import { isNextBuild, watchForNextServer } from './next-server.ts';
import { processState } from './process-state.ts';
import { watchProcessEnd } from './process-end.ts';
import type * as stewardModule from './steward.ts';
import { watchForIdleOpenAI } from './idle-openai.ts';

/**
 * What the one flag does, in each process and worker thread. Hooks go in at once; everything else waits until
 * openai was seen, so that npm, a dev server or a migration script pays next to nothing: this file and what it
 * imports run in all of them.
 */
export function preload(): void {
  const state = processState();
  if (state.isPreloaded || isOwnThread()) return;
  state.isPreloaded = true;

  let steward: stewardModule.Steward | undefined;
  function appoint(): stewardModule.Steward {
    if (steward === undefined) {
      const { createSteward } = createRequire(import.meta.url)('#steward') as typeof stewardModule;
      steward = createSteward(host, end);
    }
    return steward;
  }

  /** Nothing yet: putting the hook in tells at once of an openai that was loaded before. */
  let endWatch: () => void = () => undefined;
  const end = watchProcessEnd(() => steward?.handOver());
  const host = {
    beforeFirstCall: () => {
      appoint().decide();
    },
    onOpenAISeen: () => {
      endWatch();
      if (!isNextBuild()) appoint().arm();
    },
  };
  setHost(host);
  setContextHost({ beforeFirstUse: host.beforeFirstCall });
  endWatch = watchForIdleOpenAI(installHook());
  watchForNextServer({
    onServing: () => {
      appoint().arm();
    },
    onRequest: () => {
      appoint().decide();
    },
  });
}

/** True in Node's loader thread, which runs `--require` too, and in our exporter thread. */
function isOwnThread(): boolean {
  // Asking `node:worker_threads` in every process would cost 2 ms; in a thread this function is another.
  const isThread = (process.chdir as { disabled?: boolean }).disabled === true;
  if (!isThread) return false;
  const { isInternalThread, workerData } = process.getBuiltinModule('node:worker_threads');
  return isInternalThread || (workerData as { genvitalsExporter?: true } | null)?.genvitalsExporter === true;
}
