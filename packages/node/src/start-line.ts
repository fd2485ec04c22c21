import { type NamesMode } from '@genvitals/conventions';
import { type OpenAISeen, seenOpenAI } from '@genvitals/instrumentation-openai/host';
import type { Ownership } from './ownership.ts';
import { legacyLoggerProvider, readSlots } from './otel-slots.ts';
import { VERSION } from './version.ts';

const SEAMS: Readonly<Record<OpenAISeen['seam'], string>> = {
  request: 'request layer',
  fallback: 'method by method',
  none: 'not traced',
};

/** An SDK that only traces leaves our metrics and events without a way out; their owner should know. */
function missingSignals(): string {
  const { trace, metrics, logs } = readSlots();
  const missing = Object.entries({ spans: trace, metrics, events: logs ?? legacyLoggerProvider() })
    .filter(([, provider]) => provider === undefined)
    .map(([name]) => name);
  return missing.length === 0
    ? ''
    : `, which takes no ${missing.join(' and no ')} (GENVITALS_SDK=on adds them)`;
}

export interface StartLine {
  /** Asks whether the collector is there and writes the line when it is known. */
  begin(): void;
  /** The process ends: a line that still waits is written as far as it is known. */
  end(): void;
}

/** The line of GENVITALS_CONSOLE=1 that tells what is traced and where it goes. */
export function createStartLine(ownership: Ownership, mode: NamesMode): StartLine {
  let state: 'idle' | 'asking' | 'written' = 'idle';

  function write(destination: string): void {
    if (state === 'written') return;
    state = 'written';
    const clients = new Set(seenOpenAI().map(({ version, seam }) => `openai ${version} (${SEAMS[seam]})`));
    process.stderr.write(
      `genvitals ${VERSION}: ${[...clients].join(', ')} · ${destination} · names ${mode}\n`,
    );
  }

  return {
    begin: () => {
      if (state !== 'idle') return;
      state = 'asking';
      switch (ownership.foresee()) {
        case 'app':
          write(`exporting through the app's own OpenTelemetry${missingSignals()}`);
          break;
        case 'nobody':
          write('exporting nothing, for no OpenTelemetry SDK is started');
          break;
        case 'genvitals':
          void ownership.prepare().probe().then(write);
          break;
      }
    },
    end: () => {
      if (state === 'asking') write('exporting, but it was not yet known whether anybody answers');
    },
  };
}
