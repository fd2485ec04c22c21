import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Flag, isFromDist, runApp } from '../app.ts';
import { type Collector, totalOf } from '../collector.ts';
import { installFixture, placePackages } from '../fixture.ts';
import { type LoadingCase, withWorld } from '../loading-case.ts';
import { callSpans } from '../spans.ts';

const group = 'OTEL_SDK_DISABLED';

function countsOf(collector: Collector): readonly number[] {
  return [
    callSpans(collector).length,
    totalOf(collector, 'genvitals.client.calls'),
    collector.logRecords.length,
  ];
}

/** One call of an app without OpenTelemetry, under the flag. */
function flagCase(
  name: string,
  env: Readonly<Record<string, string>>,
  { isSent = false, hasJudge = false } = {},
): LoadingCase {
  return {
    group,
    name,
    isFast: true,
    run: (flag) =>
      withWorld(async (world) => {
        const judge: Record<string, string> = hasJudge
          ? { GENVITALS_JUDGE_URL: world.collector.url, OTEL_LOGS_EXPORTER: 'none' }
          : {};
        const end = await runApp('one-call.cjs', { flag, env: { ...world.env, ...judge, ...env } });
        assert.deepEqual([end.code, end.stdout, end.stderr], [0, 'Forty-two.\n', '']);
        assert.deepEqual(countsOf(world.collector), isSent ? [1, 1, 1] : [0, 0, 0], 'spans, calls, events');
        return isSent ? 'everything is sent' : 'nothing is sent';
      }),
  };
}

function instrumentationArgv(flag: Flag): readonly string[] {
  const name = '@genvitals/instrumentation-openai';
  if (!isFromDist)
    return [
      '--conditions=@genvitals/source',
      flag,
      createRequire(import.meta.url).resolve(`${name}/register`),
    ];
  const folder = fileURLToPath(new URL('./', import.meta.resolve(`${name}/package.json`)));
  return [flag, `${folder}dist/register.${flag === '--require' ? 'cjs' : 'mjs'}`];
}

/** Calls of an app with a NodeSDK of its own, which heeds the variable itself. */
function sdkCase(
  name: string,
  tracers: string,
  toArgv: (flag: Flag) => { flag?: Flag; execArgv?: readonly string[] },
): LoadingCase {
  return {
    group,
    name,
    run: async (flag) => {
      const { folder } = await installFixture('openai-tracers');
      await placePackages(folder);
      return withWorld(async (world) => {
        const options = { ...toArgv(flag), cwd: folder };
        const env = { ...world.env, APP_TRACERS: tracers };
        const end = await runApp(`${folder}tracers.cjs`, {
          ...options,
          env: { ...env, OTEL_SDK_DISABLED: 'true' },
        });
        assert.deepEqual([end.code, end.stdout, end.stderr], [0, 'done\n', '']);
        assert.deepEqual(
          [...world.collector.spans, ...world.collector.metrics, ...world.collector.logRecords],
          [],
        );
        // The same app sends, if it may.
        await runApp(`${folder}tracers.cjs`, { ...options, env });
        assert.ok(callSpans(world.collector).length > 0);
        return 'nothing is sent';
      });
    },
  };
}

export const disabledCases: readonly LoadingCase[] = [
  flagCase('true', { OTEL_SDK_DISABLED: 'true' }),
  flagCase('True, and GENVITALS_SDK=on', { OTEL_SDK_DISABLED: 'True', GENVITALS_SDK: 'on' }),
  flagCase('true, with a judge', { OTEL_SDK_DISABLED: 'true' }, { hasJudge: true }),
  flagCase('1, which is not true', { OTEL_SDK_DISABLED: '1' }, { isSent: true }),
  sdkCase('beside NodeSDK 0.301, under the flag', '', (flag) => ({ flag })),
  sdkCase('NodeSDK 0.301, its OpenAIInstrumentation ours', 'ours', () => ({})),
  sdkCase(
    'NodeSDK 0.301, --require or --import of @genvitals/instrumentation-openai/register',
    '',
    (flag) => ({
      execArgv: instrumentationArgv(flag),
    }),
  ),
];
