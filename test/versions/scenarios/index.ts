import { isAtLeast, type OpenAIVersion } from '../openai-versions.ts';
import type { Family, Scenario } from '../scenario.ts';
import { audio } from './audio.ts';
import { azureFamily } from './azure.ts';
import { chat } from './chat.ts';
import { clients } from './clients.ts';
import { contexts } from './contexts.ts';
import { failures } from './failures.ts';
import { fetches } from './fetches.ts';
import { clientHelpers } from './client-helpers.ts';
import { images } from './images.ts';
import { moderationAndSearch } from './moderation-and-search.ts';
import { modules } from './modules.ts';
import { otherEndpoints } from './other-endpoints.ts';
import { otherInference } from './other-inference.ts';
import { promises } from './promises.ts';
import { requestOptions } from './request-options.ts';
import { responses } from './responses.ts';
import { streamEndings } from './stream-endings.ts';
import { streams } from './streams.ts';

/** Every family of rows, in the order in which they run and are printed. */
export const families: readonly Family[] = [
  chat,
  promises,
  streams,
  streamEndings,
  clientHelpers,
  failures,
  requestOptions,
  responses,
  otherInference,
  images,
  audio,
  moderationAndSearch,
  azureFamily,
  clients,
  modules,
  fetches,
  contexts,
  otherEndpoints,
];

export const scenarios: readonly Scenario[] = families.flatMap((family) => family.scenarios);

/** Whether the version has what the scenario uses. */
export function applies(scenario: Scenario, version: OpenAIVersion): boolean {
  const isNew = scenario.since !== undefined && !isAtLeast(version, scenario.since);
  const isGone = scenario.before !== undefined && isAtLeast(version, scenario.before);
  return !isNew && !isGone;
}

export function scenariosFor(version: OpenAIVersion): readonly Scenario[] {
  return scenarios.filter((scenario) => applies(scenario, version));
}
