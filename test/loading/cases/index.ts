import type { LoadingCase } from '../loading-case.ts';
import { bundleCases } from './bundles.ts';
import { destinationCases } from './destinations.ts';
import { disabledCases } from './disabled.ts';
import { endingCases } from './endings.ts';
import { fleetCases } from './fleet.ts';
import { lambdaCases } from './lambda.ts';
import { nextCases } from './next.ts';
import { noSdk } from './no-sdk.ts';
import { otherTracers } from './other-tracers.ts';
import { ownSdk } from './own-sdk.ts';
import { processCases } from './processes.ts';
import { runnerCases } from './runners.ts';
import { serverlessCases } from './serverless.ts';
import { settingCases } from './settings.ts';
import { testRunnerCases } from './test-runners.ts';
import { twoInstrumentationCases } from './two-instrumentations.ts';
import { vercelCases } from './vercel.ts';
import { wordCases } from './words.ts';

export const loadingCases: readonly LoadingCase[] = [
  ...noSdk,
  ...ownSdk,
  ...wordCases,
  ...otherTracers,
  ...twoInstrumentationCases,
  ...nextCases,
  ...bundleCases,
  ...processCases,
  ...fleetCases,
  ...serverlessCases,
  ...lambdaCases,
  ...vercelCases,
  ...runnerCases,
  ...testRunnerCases,
  ...settingCases,
  ...disabledCases,
  ...destinationCases,
  ...endingCases,
];
