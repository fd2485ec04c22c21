import { type FeedbackResult, vote } from '../feedback/vote.ts';
import { UNSET } from '../signals.ts';
import { textOf } from '../words.ts';
import { taken, openLimited } from './opened.ts';
import type { ReceiverSettings } from './settings.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * `POST /v1/feedback`: a vote on the call of a token.
 * @param ofSystem whether a system sends, which may name the call by its response id and who voted
 */
export function takeFeedback(
  body: JsonObject,
  ofSystem: boolean,
  settings: ReceiverSettings,
): FeedbackResult {
  const { call, responseId, rating, score, comment } = body;
  // What a visitor says of himself is no word of the app's.
  const words = { rating, score, comment, userId: ofSystem ? (body['userId'] ?? null) : null };
  if (ofSystem && call === undefined && typeof responseId === 'string' && responseId !== '') {
    const labels = { featureName: textOf(body['feature']) ?? UNSET };
    return taken(vote({ traceFlags: 0, labels, responseId }, words));
  }
  return taken(vote(openLimited(call, 'call', settings).facts, words));
}
