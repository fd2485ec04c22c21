import type { Span, Tracer, TracerOptions, TracerProvider } from '@opentelemetry/api';

/**
 * Our tracer provider as others see it. Code that asked for a tracer keeps it for good; so the tracers given out
 * look each time who provides now, and follow when the app's own SDK takes over.
 */
export class YieldingTracerProvider implements TracerProvider {
  readonly #current: () => TracerProvider;

  constructor(current: () => TracerProvider) {
    this.#current = current;
  }

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    return new YieldingTracer(this.#current, (provider) => provider.getTracer(name, version, options));
  }
}

class YieldingTracer implements Tracer {
  readonly #current: () => TracerProvider;
  readonly #ask: (provider: TracerProvider) => Tracer;
  #provider: TracerProvider | undefined;
  #tracer: Tracer | undefined;

  constructor(current: () => TracerProvider, ask: (provider: TracerProvider) => Tracer) {
    this.#current = current;
    this.#ask = ask;
  }

  startSpan(...args: Parameters<Tracer['startSpan']>): Span {
    return this.#now().startSpan(...args);
  }

  startActiveSpan<F extends (span: Span) => unknown>(...args: [string, ...unknown[], F]): ReturnType<F> {
    return (this.#now().startActiveSpan as (...all: unknown[]) => ReturnType<F>).apply(this.#tracer, args);
  }

  #now(): Tracer {
    const provider = this.#current();
    if (this.#tracer === undefined || provider !== this.#provider) {
      this.#provider = provider;
      this.#tracer = this.#ask(provider);
    }
    return this.#tracer;
  }
}
