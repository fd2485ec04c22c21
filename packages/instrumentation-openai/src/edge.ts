import type * as index from './index.ts';
import type { OpenAIInstrumentationConfig } from './instrumentation.ts';
import { SCOPE_NAME } from './instruments.ts';
import { VERSION } from './version.ts';

// For edge runtimes, workers and browsers: all of it does nothing, so that code which is built for several runtimes may
// import it everywhere.

export const setMaskHook: typeof index.setMaskHook = () => undefined;

export const instrument: typeof index.instrument = (OpenAI) => OpenAI;

/** An instrumentation that sees nothing. */
export class OpenAIInstrumentation implements Pick<
  index.OpenAIInstrumentation,
  keyof index.OpenAIInstrumentation
> {
  readonly instrumentationName: string = SCOPE_NAME;
  readonly instrumentationVersion: string = VERSION;
  #config: OpenAIInstrumentationConfig;

  constructor(config: OpenAIInstrumentationConfig = {}) {
    this.#config = config;
  }

  enable(): void {}

  disable(): void {}

  setTracerProvider(): void {}

  setMeterProvider(): void {}

  setLoggerProvider(): void {}

  setConfig(config: OpenAIInstrumentationConfig): void {
    this.#config = config;
  }

  getConfig(): OpenAIInstrumentationConfig {
    return this.#config;
  }
}
