import { cpSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  instrument as instrumentByHand,
  OpenAIInstrumentation,
} from '@genvitals/instrumentation-openai';
import type * as api from '@opentelemetry/api';
import type OpenAI from 'openai-6-49';
import type { Subject } from '../subjects.ts';
import { stubFetch } from './stub-fetch.ts';

type Client = typeof OpenAI;
type Instrumentation = new (
  config?: object,
) => Pick<OpenAIInstrumentation, 'setTracerProvider' | 'setMeterProvider'>;

const BARE = fileURLToPath(new URL('../../../../.cache/bench/bare/', import.meta.url));

function makeClient(Class: Client): OpenAI {
  return new Class({ apiKey: 'sk-bench', fetch: stubFetch });
}

/** A copy of the package that nobody patches, in a folder of its own. Loaded before any hook is in place. */
export function loadBare(require: NodeJS.Require, packageName: string): OpenAI {
  const from = dirname(require.resolve(packageName));
  const { version } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as { version: string };
  const folder = join(BARE, version);
  if (!existsSync(folder))
    cpSync(from, join(folder, 'node_modules/openai'), { recursive: true, dereference: true });
  return makeClient((createRequire(join(folder, 'index.js'))('openai') as { OpenAI: Client }).OpenAI);
}

/** What the SDKs do with each instrumentation that they are given. */
function hook(require: NodeJS.Require, packageName: string, config: object): void {
  const { trace, metrics } = require('@opentelemetry/api') as typeof api;
  const { OpenAIInstrumentation } = require(packageName) as { OpenAIInstrumentation: Instrumentation };
  const instrumentation = new OpenAIInstrumentation(config);
  instrumentation.setTracerProvider(trace.getTracerProvider());
  instrumentation.setMeterProvider(metrics.getMeterProvider());
}

/** How each instrumentation is put in; content is off with all of them. */
const INSTALL: Readonly<
  Record<Exclude<Subject['instrumentation'], 'genvitals'>, (require: NodeJS.Require) => void>
> = {
  opentelemetry: (require) => hook(require, '@opentelemetry/instrumentation-openai', {}),
  traceloop: (require) => hook(require, '@traceloop/instrumentation-openai', { traceContent: false }),
  arize: (require) =>
    hook(require, '@arizeai/openinference-instrumentation-openai', {
      traceConfig: { hideInputs: true, hideOutputs: true },
    }),
};

/** A client of the other copy, patched. */
export async function loadPatched(
  require: NodeJS.Require,
  packageName: string,
  instrumentation: Subject['instrumentation'],
): Promise<OpenAI> {
  if (instrumentation !== 'genvitals') {
    INSTALL[instrumentation](require);
    return makeClient((require(packageName) as { OpenAI: Client }).OpenAI);
  }
  const { instrument } = (await import('@genvitals/instrumentation-openai')) as {
    instrument: typeof instrumentByHand;
  };
  return makeClient(instrument((require(packageName) as { OpenAI: Client }).OpenAI));
}
