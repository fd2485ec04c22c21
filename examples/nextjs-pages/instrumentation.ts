// Next.js calls this once in each server, before the first request.
export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] === 'nodejs') await import('./instrumentation.node');
}
