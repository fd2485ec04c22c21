// Plays the demo without its screen, and prints what three sides know of it: the telemetry, the visitors and the
// simulated API. Run by `stage()` in demo-stage-process.ts.
import { attributes } from '@genvitals/conventions';
import { createSimulator } from '@genvitals/openai-simulator';
import { createOtlpReceiver, spansIn } from '@genvitals/otlp';
import { startAssistant } from '../src/demo/assistant-process.ts';
import { createCallBook } from '../src/demo/call-book.ts';
import { toReport } from '../src/demo/report.ts';
import { sendVisitors } from '../src/demo/visitors.ts';

const [calls, seed, app] = process.argv.slice(2);
const { signal } = new AbortController();
const book = createCallBook();
const users = new Set<unknown>();
let rawIds = 0;
/** What was received, as text: ids of people may stand anywhere. */
function look(data: unknown): void {
  const told = JSON.stringify(data, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  rawIds += told.match(/customer-\d/g)?.length ?? 0;
}
const receiver = await createOtlpReceiver({
  onTraces(data) {
    look(data);
    for (const { span } of spansIn(data)) users.add(span.attributes[attributes.userId.key]);
    book.addTraces(data);
  },
  onMetrics(data) {
    look(data);
    book.addMetrics(data);
  },
  onLogs(data) {
    look(data);
    book.addLogs(data);
  },
});
const simulator = await createSimulator({ seed: Number(seed), latencyScale: 0.5 });
const assistant = await startAssistant({
  env: process.env,
  modelEnv: {
    OPENAI_API_KEY: 'sk-demo',
    OPENAI_BASE_URL: simulator.url,
    GENVITALS_PROVIDERS: '127.0.0.1=openai',
  },
  otlpUrl: receiver.url,
  app,
  signal,
});
const tally = await sendVisitors({
  url: assistant.url,
  calls: Number(calls),
  seed: Number(seed),
  allows: () => true,
  maxSeconds: undefined,
  signal,
});
await assistant.stop(6_000);
const report = toReport({ book, seed: Number(seed), real: false, elapsedSeconds: 0, comparison: undefined });
users.delete(undefined);
const ids = { raw: rawIds, users: users.size };
process.stdout.write(JSON.stringify({ report, tally, counts: simulator.counts(), ids }));
await simulator.close();
await receiver.close();
