import { afterEach, describe, expect, test, vi } from 'vitest';
import { readFunctionFacts } from '../src/function-platform.ts';
import { isDeltaByPlatform } from '../src/sdk/exporters.ts';
import { createResource } from '../src/sdk/resource.ts';

const LAMBDA = {
  AWS_LAMBDA_FUNCTION_NAME: 'ask',
  AWS_LAMBDA_FUNCTION_VERSION: '7',
  AWS_REGION: 'eu-central-1',
};

describe('the platform that runs a function', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('is none on a server', () => {
    expect(readFunctionFacts({ PATH: '/bin', K_SERVICE: '' })).toBeUndefined();
  });

  test.each([
    [LAMBDA, { provider: 'aws', platform: 'aws_lambda', name: 'ask', version: '7', isOneFunction: true }],
    // Vercel's functions run on Lambda, under names that say nothing.
    [
      { ...LAMBDA, VERCEL: '1', VERCEL_REGION: 'fra1' },
      { name: undefined, region: 'fra1' },
    ],
    [
      { FUNCTION_TARGET: 'ask', K_SERVICE: 'ask-service', K_REVISION: 'ask-00001' },
      { platform: 'gcp_cloud_functions', name: 'ask-service', version: 'ask-00001', isOneFunction: true },
    ],
    [{ K_SERVICE: 'web' }, { platform: 'gcp_cloud_run', name: 'web', isOneFunction: false }],
    [{ CLOUD_RUN_JOB: 'nightly' }, { platform: 'gcp_cloud_run', name: 'nightly', isOneFunction: false }],
    [{ FUNCTIONS_WORKER_RUNTIME: 'node' }, { provider: 'azure', name: undefined, isOneFunction: false }],
  ])('by the environment %j', (env, facts) => {
    expect(readFunctionFacts(env)).toMatchObject(facts);
  });

  test('is on the resource, and names the service unless the app does', () => {
    for (const [name, value] of Object.entries(LAMBDA)) vi.stubEnv(name, value);
    expect(createResource().attributes).toMatchObject({
      'service.name': 'ask',
      'faas.name': 'ask',
      'faas.version': '7',
      'cloud.provider': 'aws',
      'cloud.platform': 'aws_lambda',
      'cloud.region': 'eu-central-1',
    });
    vi.stubEnv('OTEL_SERVICE_NAME', 'assistant');
    expect(createResource().attributes['service.name']).toBe('assistant');
  });

  test('has metrics as deltas, unless the app says what it wants', () => {
    expect(isDeltaByPlatform()).toBe(false);
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'ask');
    expect(isDeltaByPlatform()).toBe(true);
    vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'cumulative');
    expect(isDeltaByPlatform()).toBe(false);
  });
});
