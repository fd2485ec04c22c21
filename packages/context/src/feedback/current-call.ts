import { lastCall } from '../last-calls.ts';
import { describeFault } from '../fault.ts';
import { settings } from '../settings.ts';
import { type CaseFacts, factsOfCall } from './case-facts.ts';
import { signingKey } from './signing-keys.ts';
import { sealToken, type NamedTask } from './token.ts';

const MS_PER_S = 1000;
const S_PER_DAY = 86_400;

/** Seconds since 1970. */
export function nowS(): number {
  return Math.floor(Date.now() / MS_PER_S);
}

/** How long a token is good for, and what was taken is remembered, in milliseconds. */
export function expiryMs(): number {
  return settings().options.feedbackExpiryDays * S_PER_DAY * MS_PER_S;
}

/** A token of the case that begins to age now; undefined where it cannot be signed. */
export function tokenOf(facts: CaseFacts, task?: NamedTask): string | undefined {
  const key = signingKey();
  if (key === undefined) return undefined;
  const issuedAtS = nowS();
  const expiresAtS = Math.ceil(issuedAtS + expiryMs() / MS_PER_S);
  return sealToken({ facts, task, issuedAtS, expiresAtS }, key, () => {
    settings().diagnostics.warnOnce(
      'token length',
      'names are too long for a token of 399 characters, so feedback that comes by token lacks some: shorten the names of conversation, prompt, experiment and feature.',
    );
  });
}

/**
 * A token of the newest inference call that was made where the code runs, to hand to a front end and to give back to
 * `feedback()`: up to 399 characters, opaque, never with the id of a user. It is signed with `GENVITALS_FEEDBACK_KEY`
 * and good in any process that has the same; without a key it is good in this process alone.
 * @returns undefined where no call was made, or where it has neither a span nor an answer yet
 */
export function currentCall(): string | undefined {
  try {
    const call = lastCall();
    if (call === undefined) return undefined;
    const facts = factsOfCall(call);
    return facts.traceId === undefined && facts.responseId === undefined ? undefined : tokenOf(facts);
  } catch (error) {
    settings().diagnostics.warnOnce('current call', `currentCall() has no token: ${describeFault(error)}`);
    return undefined;
  }
}
