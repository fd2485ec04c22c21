import { instrument } from '@genvitals/instrumentation-openai';
import { beforeAll, describe, expect, test } from 'vitest';

import { readFacts } from './recordings/oracle.ts';
import {
  hasShared,
  ownRecordings,
  sharedRecordings,
  type ExpectedFacts,
  type Recording,
} from './recordings/recording.ts';
import { type OpenAIModule, replay } from './recordings/replay.ts';
import { registerSdk, type SeenSpan, type TelemetryStage } from './versions/child/telemetry.ts';

const VERSIONS = ['openai-4-104', 'openai-5-23', 'openai-6-49', 'openai-7-57'];
const ERROR_STATUS = 2;

const sharedRemark = hasShared ? '' : ' (none lies there: only the hand-made ones are played)';

let telemetry: TelemetryStage;
beforeAll(() => {
  telemetry = registerSdk();
});

/** The same facts as the oracle's, read off a span. */
function factsOf({ attributes }: SeenSpan): Record<keyof ExpectedFacts, unknown> {
  return {
    operation: attributes['gen_ai.operation.name'],
    input: attributes['gen_ai.usage.input_tokens'],
    output: attributes['gen_ai.usage.output_tokens'],
    cached: attributes['gen_ai.usage.cache_read.input_tokens'],
    cacheWrite: attributes['gen_ai.usage.cache_creation.input_tokens'],
    reasoning: attributes['gen_ai.usage.reasoning.output_tokens'],
    finishReasons: attributes['gen_ai.response.finish_reasons'],
    id: attributes['gen_ai.response.id'],
    model: attributes['gen_ai.response.model'],
    errorType: attributes['error.type'],
    errorKind: attributes['genvitals.error.kind'],
  };
}

/** What one replay must show, or has shown. */
interface Outcome {
  readonly thrown: number | undefined;
  readonly started: number;
  readonly spans: readonly Record<string, unknown>[];
}

function isProviderKnown({ request }: Recording): boolean {
  return providerOf(request.url) !== undefined;
}

function providerOf(url: string): string | undefined {
  return providers.find(([host]) => new URL(url).host.endsWith(host))?.[1];
}

/** Plays the recording, and tells what was thrown and which spans ended. */
async function observe(openai: OpenAIModule, recording: Recording): Promise<Outcome> {
  const thrown = await replay(openai, recording).then(
    () => undefined,
    (error: unknown) => {
      const { status } = error as { status?: number };
      if (status === undefined) throw error;
      return status;
    },
  );
  const seen = await telemetry.take();
  const spans = seen.spans.map((span) => ({
    ...factsOf(span),
    name: span.name,
    status: span.statusCode,
    provider: isProviderKnown(recording) ? span.attributes['gen_ai.provider.name'] : undefined,
  }));
  return { thrown, started: seen.started, spans };
}

/** What the raw bytes of the recording ask for. */
function wantedOf(recording: Recording, facts = readFacts(recording)): Outcome {
  const { status } = recording.response;
  const thrown = status >= 400 ? status : undefined;
  if (facts === undefined) return { thrown, started: 0, spans: [] };
  const span = {
    ...absent,
    ...facts,
    name: `${facts.operation} ${recording.request.body.model}`,
    status: facts.errorType === undefined ? 0 : ERROR_STATUS,
    provider: providerOf(recording.request.url),
  };
  return { thrown, started: 1, spans: [span] };
}

const providers = [
  ['api.openai.com', 'openai'],
  ['.openai.azure.com', 'azure.ai.openai'],
  ['.cognitiveservices.azure.com', 'azure.ai.openai'],
] as const;

const absent: Record<keyof ExpectedFacts, undefined> = {
  operation: undefined,
  input: undefined,
  output: undefined,
  cached: undefined,
  cacheWrite: undefined,
  reasoning: undefined,
  finishReasons: undefined,
  id: undefined,
  model: undefined,
  errorType: undefined,
  errorKind: undefined,
};

describe.each(VERSIONS)('%s', (alias) => {
  let openai: OpenAIModule;
  beforeAll(async () => {
    openai = await import(alias);
    instrument(openai.OpenAI);
  });

  test.each(ownRecordings.map((recording) => [recording.name, recording] as const))(
    'the span of the hand-made recording %s says what the recording says',
    async (_name, recording) => {
      expect(await observe(openai, recording)).toEqual(wantedOf(recording, recording.expected));
    },
  );

  test(`the spans of the ${sharedRecordings.length} recordings beside the repo${sharedRemark} say what they say`, async () => {
    for (const recording of sharedRecordings) {
      const { name } = recording;
      expect({ name, ...(await observe(openai, recording)) }).toEqual({ name, ...wantedOf(recording) });
    }
    expect(sharedRecordings.length > 0).toBe(hasShared);
  });
});

test('a hand-made recording says itself what its span must say', () => {
  for (const recording of ownRecordings) {
    const facts = readFacts(recording);
    expect({ name: recording.name, ...facts }).toEqual({ name: recording.name, ...recording.expected });
  }
  expect(ownRecordings.length).toBeGreaterThanOrEqual(12);
});
