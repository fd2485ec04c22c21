import { factsOfResponse } from './case-facts.ts';
import { describeFault } from '../fault.ts';
import { nowS } from './current-call.ts';
import { refuse, type Refusal } from './errors.ts';
import { signingKey } from './signing-keys.ts';
import { openToken, type TokenContent } from './token.ts';
import { type FeedbackRating, type FeedbackResult, vote } from './vote.ts';

/** What a person thinks of an answer. */
export interface FeedbackWords {
  /** What `currentCall()` gave for the call. */
  readonly call?: string | undefined;
  /** The id of the answer, where there is no token; it is then counted under what the app says here. */
  readonly responseId?: string | undefined;
  readonly rating?: FeedbackRating | undefined;
  /** 0 to 1. Without a rating, from 0.6 it is positive and up to 0.4 negative. */
  readonly score?: number | undefined;
  /** Content: written only where content is asked for, and masked as it is. */
  readonly comment?: string | undefined;
  /** Written as `GENVITALS_USER_ID` says. */
  readonly userId?: string | undefined;
}

/** Opens a token that this process may trust. */
export function openOwnToken(token: unknown, kind: 'call' | 'task' | 'any'): TokenContent | Refusal {
  const key = signingKey();
  const opened = openToken(token, key === undefined ? [] : [key], nowS());
  if (!opened.isGood) return refuse(opened.code);
  const isTask = opened.content.task !== undefined;
  return kind === 'any' || isTask === (kind === 'task') ? opened.content : refuse('TOKEN_KIND_WRONG');
}

/** @returns whether it is the refusal of a token */
export function isRefusal(value: object): value is Refusal {
  return 'status' in value && value.status === 'refused';
}

/**
 * Takes what a person thinks of an answer: one event `evaluationResult` of the ledger beside the call's span, and one count in
 * `genvitals.feedback.submissions`. A further vote on the same call is an event that revises the first, and no
 * second count; for how long that is known, docs/feedback.md says. Never throws: the result says what happened.
 */
export function feedback(words: FeedbackWords): FeedbackResult {
  try {
    const { call, responseId } = words ?? {};
    if (call === undefined && typeof responseId === 'string' && responseId !== '')
      return vote(factsOfResponse(responseId), words);
    const content = openOwnToken(call, 'call');
    return isRefusal(content) ? content : vote(content.facts, words);
  } catch (error) {
    return refuse('NOT_RECORDED', describeFault(error));
  }
}
