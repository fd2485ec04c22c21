import { createHmac } from 'node:crypto';
import { withContext } from '@genvitals/context';
import { assignmentOf, experimentProvider, openFeatureHook } from '@genvitals/context/open-feature';
import { stopExperiment } from '@genvitals/context/experiments';
import { type Client, InMemoryProvider, OpenFeature } from '@openfeature/server-sdk';
import { afterEach, describe, expect, test } from 'vitest';
import { createDirectory, createExperimentStage, GREETING } from './experiment-stage.ts';

const KEY = { GENVITALS_HASH_KEY: 'pepper' };
const UNIT = 'user-6';
const hashed = createHmac('sha256', 'pepper').update(UNIT).digest('hex').slice(0, 32);

afterEach(() => OpenFeature.clearProviders());

/** A flag of somebody else's provider, which is the candidate for one user. */
async function theirs(): Promise<Client> {
  await OpenFeature.setProviderAndWait(
    new InMemoryProvider({
      tone: {
        variants: { plain: 'plain', warm: 'warm' },
        defaultVariant: 'plain',
        disabled: false,
        contextEvaluator: ({ targetingKey }) => (targetingKey === UNIT ? 'warm' : 'plain'),
      },
      fixed: { variants: { on: true, off: false }, defaultVariant: 'on', disabled: false },
    }),
  );
  return OpenFeature.getClient();
}

async function ours(directory: string): Promise<Client> {
  await OpenFeature.setProviderAndWait(experimentProvider({ directory }));
  return OpenFeature.getClient();
}

describe('a flag of any provider', () => {
  test('is an experiment on the spans that are made under it', async () => {
    const stage = createExperimentStage(KEY);
    const client = await theirs();
    const user = { targetingKey: UNIT };
    const experiment = assignmentOf(await client.getStringDetails('tone', 'plain', user), user);
    withContext({ experiment }, () => undefined);
    expect(stage.spans.getFinishedSpans()[0]?.attributes).toMatchObject({
      'genvitals.experiment.name': 'tone',
      'genvitals.experiment.variant': 'warm',
      'genvitals.experiment.unit': hashed,
    });
  });

  test('is told once for a targeting key by the hook, as a keyed hash', async () => {
    const stage = createExperimentStage(KEY);
    const client = (await theirs()).addHooks(openFeatureHook());
    for (const targetingKey of [UNIT, UNIT, 'user-1', UNIT])
      await client.getStringValue('tone', 'plain', { targetingKey });
    expect(stage.exposures()).toEqual([
      {
        'feature_flag.key': 'tone',
        'feature_flag.result.variant': 'warm',
        'feature_flag.result.reason': 'targeting_match',
        'feature_flag.context.id': hashed,
        'feature_flag.provider.name': 'in-memory',
      },
      expect.objectContaining({ 'feature_flag.result.variant': 'plain' }),
    ]);
  });

  test('names nobody without a key', async () => {
    const stage = createExperimentStage({ GENVITALS_HASH_KEY: '' });
    const client = (await theirs()).addHooks(openFeatureHook());
    await client.getStringValue('tone', 'plain', { targetingKey: UNIT });
    expect(stage.exposures()).toHaveLength(1);
    expect(JSON.stringify(stage.exposures())).not.toMatch(/user-6|context\.id/);
  });

  test('that nobody is named for, that has no variant, or is the same for all, is no experiment', async () => {
    const stage = createExperimentStage(KEY);
    const client = (await theirs()).addHooks(openFeatureHook());
    const user = { targetingKey: UNIT };
    expect(assignmentOf(await client.getStringDetails('tone', 'plain', {}), {})).toBeUndefined();
    expect(assignmentOf(await client.getBooleanDetails('fixed', false, user), user)).toBeUndefined();
    expect(assignmentOf(await client.getBooleanDetails('nowhere', false, user), user)).toBeUndefined();
    expect(stage.exposures()).toMatchObject([
      { 'feature_flag.key': 'fixed', 'feature_flag.result.reason': 'static' },
    ]);
  });
});

describe('our experiments as a provider', () => {
  test('are the arm as a text, the candidate as a flag, and the parameters as an object', async () => {
    const stage = createExperimentStage(KEY);
    const client = (await ours(createDirectory({ greeting: GREETING }))).addHooks(openFeatureHook());
    const user = { targetingKey: UNIT };
    const details = await client.getStringDetails('greeting', 'control', user);
    expect(details).toMatchObject({
      value: 'candidate',
      variant: 'candidate',
      reason: 'SPLIT',
      flagMetadata: { promptName: 'greeting', promptVersion: '4' },
    });
    expect(await client.getBooleanValue('greeting', false, user)).toBe(true);
    expect(await client.getObjectValue('greeting', {}, user)).toEqual({
      temperature: 0.2,
      tools: ['search'],
    });
    expect(assignmentOf(details, user)).toEqual({ name: 'greeting', variant: 'candidate', unit: UNIT });
    expect(stage.exposures()).toHaveLength(1);
  });

  test('give the default of the code for no file, no name, no targeting key and numbers', async () => {
    createExperimentStage();
    const client = await ours(createDirectory({ greeting: GREETING }));
    const user = { targetingKey: UNIT };
    const code = async (details: Promise<{ errorCode?: string; value: unknown }>): Promise<unknown[]> => {
      const { errorCode, value } = await details;
      return [errorCode, value];
    };
    expect(await code(client.getStringDetails('tone', 'd', user))).toEqual(['FLAG_NOT_FOUND', 'd']);
    expect(await code(client.getStringDetails('../x', 'd', user))).toEqual(['FLAG_NOT_FOUND', 'd']);
    expect(await code(client.getStringDetails('greeting', 'd', {}))).toEqual(['TARGETING_KEY_MISSING', 'd']);
    expect(await code(client.getNumberDetails('greeting', 7, user))).toEqual(['TYPE_MISMATCH', 7]);
  });

  test('that were stopped are static, and no experiment any more', async () => {
    createExperimentStage();
    const directory = createDirectory({ greeting: GREETING });
    stopExperiment({ directory, name: 'greeting', arm: 'candidate', atMs: 0 });
    const client = await ours(directory);
    const user = { targetingKey: 'user-1' };
    const details = await client.getStringDetails('greeting', 'control', user);
    expect(details).toMatchObject({ value: 'candidate', reason: 'STATIC' });
    expect(assignmentOf(details, user)).toBeUndefined();
  });
});
