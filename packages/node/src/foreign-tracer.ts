import { isNextServer } from './next-server.ts';

/**
 * Tools that make spans for HTTP and write trace headers of their own. Beside one of them ours would double both,
 * and two `traceparent` values in a request are none.
 */
const TRACERS: readonly { readonly name: string; isPresent(): boolean }[] = [
  { name: 'dd-trace', isPresent: () => '_ddtrace' in globalThis },
  { name: 'Sentry', isPresent: () => '__SENTRY__' in globalThis },
  {
    name: 'Next.js',
    isPresent: () =>
      process.env['NEXT_RUNTIME'] !== undefined || process.title.startsWith('next-') || isNextServer(),
  },
];

/** The name of the tracer that owns HTTP in this process, if any is loaded by now. */
export function foreignTracer(): string | undefined {
  return TRACERS.find((tracer) => tracer.isPresent())?.name;
}
