/** Measures calls with and without one part of the instrumentation, in turn in one process; prints JSON. */
import { createRequire } from 'node:module';
import { histogramProducer, setHost } from '@genvitals/instrumentation-openai/host';
import { providePricing } from '@genvitals/instrumentation-openai/runtime';
import { type Cost, createPricer, type PriceQuery } from '@genvitals/pricing';
import type * as api from '@opentelemetry/api';
import type OpenAI from 'openai-6-49';
import { callBy, cases, type MakeCall } from '../calls/child/cases.ts';
import { loadBare, loadPatched } from '../calls/child/clients.ts';
import { runRounds, warmUp } from '../calls/child/rounds.ts';
import { startSdk } from '../calls/child/sdk.ts';
import { setRateLimits } from '../calls/child/stub-fetch.ts';
import { spreadOf } from '../spread.ts';

/** Whose calls are told, by what is switched on in them. */
type Setting = 'neither' | 'prices' | 'rate limits' | 'both';

const SETTINGS: readonly Setting[] = ['neither', 'prices', 'rate limits', 'both'];

/** CPU in µs a call: above the unpatched client, and what the SDK alone takes for the attributes of both. */
export type AddedUs = Readonly<Record<Setting | 'attributes', number>>;

/** As many attributes as a call's span has without its cost and limits, at its start and at its end. */
const STARTED = attributesOf('start', 14);
const ENDED = attributesOf('end', 9);
/** As many as the cost and the limits of the calls here are. */
const ENDED_WITH_BOTH = { ...ENDED, ...attributesOf('part', 11) };

function attributesOf(name: string, count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}.${index}`, index]));
}

const PLAN = { batchMs: 8, warmUpMs: 2500 };

const require = createRequire(new URL('../../package.json', import.meta.url));
const openTelemetry = require('@opentelemetry/api') as typeof api;
const bare = loadBare(require, 'openai-6-49');
const priced = createPricer();
let hasPrices = true;
providePricing({
  // Without a price nothing of a cost is written or counted.
  createPricer: () => ({
    priceOf: (query: PriceQuery) => (hasPrices ? priced.priceOf(query) : (undefined as unknown as Cost)),
  }),
});
startSdk(require, { sdkLine: 3, sdk: 'spans and metrics' }, [histogramProducer('cumulative')]);
setHost({ meterProvider: openTelemetry.metrics.getMeterProvider() });
const patched = await loadPatched(require, 'openai-6-49', 'genvitals');

function under(setting: Setting, client: OpenAI): MakeCall {
  const makeCall = callBy(client);
  const prices = setting === 'prices' || setting === 'both';
  const limits = setting === 'rate limits' || setting === 'both';
  return (params) => {
    hasPrices = prices;
    setRateLimits(limits);
    return makeCall(params);
  };
}

function spanOf(late: Record<string, number>): MakeCall {
  const tracer = openTelemetry.trace.getTracer('bench');
  return async () => {
    const span = tracer.startSpan('chat', { kind: openTelemetry.SpanKind.CLIENT, attributes: STARTED });
    span.setAttributes(late);
    span.end();
  };
}

const contestants = {
  span: spanOf(ENDED),
  'span with both': spanOf(ENDED_WITH_BOTH),
  bare: under('neither', bare),
  'bare, rate limits': under('rate limits', bare),
  ...Object.fromEntries(SETTINGS.map((setting) => [setting, under(setting, patched)])),
};
const plan = { ...PLAN, rounds: Number(process.argv[2]) };
const calls = await warmUp(contestants, cases.call, plan);
const times = await runRounds(contestants, cases.call, calls, plan);
const costOf = (who: string): number => spreadOf(times[who] ?? []).low;
const added = {
  attributes: costOf('span with both') - costOf('span'),
  ...Object.fromEntries(
    SETTINGS.map((setting) => {
      const hasLimits = setting === 'rate limits' || setting === 'both';
      return [setting, costOf(setting) - costOf(hasLimits ? 'bare, rate limits' : 'bare')];
    }),
  ),
};
process.stdout.write(`${JSON.stringify(added)}\n`, () => process.exit(0));
