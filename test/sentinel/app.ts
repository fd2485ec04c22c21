import { calls } from './calls.ts';

/** An app without any telemetry in it: plain calls, each of whose failures it survives. */
const { OpenAI } = (await import(process.env['APP_OPENAI'] ?? '')) as { OpenAI: any };
const client = new OpenAI({
  baseURL: process.env['APP_BASE_URL'],
  maxRetries: 0,
  logLevel: 'off',
  defaultHeaders: { 'x-default': 'SENTINEL' },
});
// The client of openai 4 writes of events it can't parse; that is not ours.
console.error = () => undefined;
let failures = 0;
for (const call of calls) {
  try {
    await call.run(client);
  } catch {
    failures += 1;
  }
}
process.stdout.write(`${calls.length} calls, ${failures} failures\n`);
