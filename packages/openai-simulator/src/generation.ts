import { type Answer, toAnswer } from './answer.ts';
import { type Ask, promptPartsOf } from './ask.ts';
import type { CallContext } from './endpoint.ts';
import { apiErrors } from './errors.ts';
import { type Model, servedName } from './models.ts';
import { type PromptMeasure, measurePrompt } from './tokens.ts';
import type { Usage } from './usage.ts';

/** Counts the prompt and refuses one the model could not hold. `param` is where the API says it was too long. */
export function measureAsk(ask: Ask, param: string): PromptMeasure {
  const measure = measurePrompt(promptPartsOf(ask));
  const { contextTokens } = ask.model;
  if (measure.tokens > contextTokens) {
    throw apiErrors.contextTooLong(param, contextTokens, measure.tokens);
  }
  return measure;
}

export interface Generation {
  readonly answers: readonly Answer[];
  readonly usage: Usage;
  readonly served: string;
}

/** Everything a model makes of one prompt: its choices, what they cost, and under which name it answered. */
export function generate(
  ask: Ask,
  measure: PromptMeasure,
  choices: number,
  askedModel: string,
  call: CallContext,
): Generation {
  const { surroundings, effects, random, fault } = call;
  const served = servedName(ask.model, askedModel, effects.chatRevision);
  const answers = Array.from({ length: choices }, (_, choice) =>
    toAnswer(ask, { seed: surroundings.seed, choice, effects, random, filtered: fault?.filter === true }),
  );
  return { answers, served, usage: usageOf(ask.model, measure, answers, call) };
}

function usageOf(model: Model, measure: PromptMeasure, answers: readonly Answer[], call: CallContext): Usage {
  const { promptCache, now } = call.surroundings;
  const total = (read: (answer: Answer) => number): number =>
    answers.reduce((sum, answer) => sum + read(answer), 0);
  return {
    input: measure.tokens,
    cached: call.effects.promptCache ? promptCache.read(model.id, measure, now()) : 0,
    output: total((answer) => answer.outputTokens),
    reasoning: total((answer) => answer.reasoningTokens),
  };
}

/** Whole seconds since 1970, as the API writes times. */
export function secondsNow(call: CallContext): number {
  return Math.floor(call.surroundings.now() / 1000);
}
