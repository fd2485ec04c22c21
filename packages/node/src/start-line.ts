import { type NamesMode } from '@genvitals/conventions';
import { type OpenAISeen, seenOpenAI } from '@genvitals/instrumentation-openai/host';
import type { Ownership } from './ownership.ts';
import { legacyLoggerProvider, readSlots } from './otel-slots.ts';
import type { Sdk } from './sdk/index.ts';
import { VERSION } from './version.ts';

/** Then the line is written without an answer. */
const ANSWER_TIMEOUT_MS = 2000;

const SEAMS: Readonly<Record<OpenAISeen['seam'], string>> = {
  request: 'request layer',
  fallback: 'method by method',
  bundled: 'bundled or loaded past the hook, not traced',
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
  /**
   * Asks whether the collector is there and writes the line when it is known. Called again when it is decided who
   * exports, which is not always who was foreseen.
   */
  begin(): void;
  /** The process ends: a line that waits for an answer has it within `timeoutMs`, or says that there is none yet. */
  end(timeoutMs: number): void;
}

/** The line of GENVITALS_CONSOLE=1 that tells what is traced and where it goes. */
export function createStartLine(ownership: Ownership, mode: NamesMode): StartLine {
  let state: 'idle' | 'asking' | 'written' = 'idle';
  let known = 'exporting to a collector';
  let asked: Sdk | undefined;

  function write(destination: string): void {
    if (state === 'written') return;
    state = 'written';
    const clients = new Set(seenOpenAI().map(({ version, seam }) => `openai ${version} (${SEAMS[seam]})`));
    process.stderr.write(
      `genvitals ${VERSION}: ${[...clients].join(', ')} · ${destination} · names ${mode}\n`,
    );
  }

  function writeUnanswered(): void {
    write(`${known}, which has not answered yet`);
  }

  /** Nothing of it keeps the process alive. */
  function ask(sdk: Sdk): void {
    state = 'asking';
    asked = sdk;
    setTimeout(writeUnanswered, ANSWER_TIMEOUT_MS).unref();
    sdk.probe(({ words, isFinal }) => {
      known = words;
      if (isFinal) write(words);
    });
  }

  return {
    begin: () => {
      if (state === 'written') return;
      switch (ownership.foresee()) {
        case 'app':
          write(`exporting through the app's own OpenTelemetry${missingSignals()}`);
          break;
        case 'nobody':
          write('exporting nothing, for no OpenTelemetry SDK is started');
          break;
        case 'genvitals':
          if (state === 'idle') ask(ownership.prepare());
          break;
      }
    },
    end: (timeoutMs) => {
      if (state !== 'asking') return;
      asked?.awaitProbe(timeoutMs);
      writeUnanswered();
    },
  };
}
