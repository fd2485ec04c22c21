import type { Effects } from './incidents.ts';
import type { Model } from './models.ts';
import type { Random } from './random.ts';

/** How fast one call is, drawn once: a slow call is slow throughout. */
export interface CallTimes {
  readonly firstTokenMs: number;
  tokensMs(tokens: number): number;
}

export function createCallTimes(model: Model, effects: Effects, scale: number, random: Random): CallTimes {
  const { firstToken, perToken } = model;
  const firstTokenMs =
    random.logNormal(firstToken.medianMs, firstToken.sigma) * effects.firstTokenFactor * scale;
  const tokenMs = random.logNormal(perToken.medianMs, perToken.sigma) * effects.tokenTimeFactor * scale;
  return { firstTokenMs, tokensMs: (tokens) => tokenMs * tokens };
}
