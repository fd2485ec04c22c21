import type { Context } from '@opentelemetry/api';
import { describeFault } from '../fault.ts';
import { attributes as ledger, type AttributeValue } from '@genvitals/conventions';
import type { PassedContent } from '../content-passage.ts';
import { attributionIn } from '../attribution.ts';
import { activeContext } from '../otel.ts';
import { processSlot } from '../process-slot.ts';
import { settings } from '../settings.ts';
import { count, emitApart, open } from '../signals.ts';
import { prepareForWords } from '../with-context.ts';
import { textOf as nameOf } from '../words.ts';
import { attributesOf, type CaseFacts, contextOf } from './case-facts.ts';
import { expiryMs } from './current-call.ts';
import { refuse, type Refusal } from './errors.ts';
import { Remembered } from './remembered.ts';
import { nodeCrypto } from './signing-keys.ts';

export type FeedbackRating = AttributeValue<'feedbackRating'>;

/** What a person thinks of an answer, however it came in: nothing of it is checked yet. */
export interface VoteWords {
  readonly rating?: unknown;
  readonly score?: unknown;
  readonly comment?: unknown;
  readonly userId?: unknown;
}

/** A vote that was taken. */
export interface Vote {
  readonly evaluationId: string;
  /** The same for the same words. */
  readonly digest: string;
}

export type FeedbackResult =
  | {
      /** `revised`: a vote on the same call was counted before, and this one replaces it. */
      readonly status: 'counted' | 'revised';
      readonly rating: FeedbackRating;
      /** The same for every vote on the call. */
      readonly evaluationId: string;
    }
  | Refusal;

const EVALUATION = 'user_feedback';
const RATINGS: readonly FeedbackRating[] = ledger.feedbackRating.values;
/** What a rating is as a score, where no score is given. */
const SCORES: Readonly<Record<FeedbackRating, number>> = { positive: 1, neutral: 0.5, negative: 0 };
const POSITIVE_FROM = 0.6;
const NEGATIVE_TO = 0.4;
/** Of 20,000 calls at least, as each has up to two names. The oldest is forgotten first, and would count anew. */
const VOTES_CAP = 40_000;
const ID_CHARS = 32;

function ratingOf(score: number): FeedbackRating {
  if (score >= POSITIVE_FROM) return 'positive';
  return score <= NEGATIVE_TO ? 'negative' : 'neutral';
}

interface Judgement {
  readonly rating: FeedbackRating;
  readonly score: number;
}

/** @returns undefined where the words are none of a vote */
function judgementOf({ rating, score }: VoteWords): Judgement | undefined {
  const isScore = typeof score === 'number' && score >= 0 && score <= 1;
  if (score !== undefined && !isScore) return undefined;
  if (rating === undefined) return isScore ? { rating: ratingOf(score), score } : undefined;
  const known = RATINGS.find((each) => each === rating);
  return known && { rating: known, score: isScore ? score : SCORES[known] };
}

/** By what a call is known; two names for one call lead to one vote. */
function namesOf({ traceId, spanId, responseId }: CaseFacts): readonly string[] {
  return [
    ...(traceId === undefined ? [] : [`span ${traceId} ${spanId}`]),
    ...(responseId === undefined ? [] : [`response ${responseId}`]),
  ];
}

function digestOf(text: string): string {
  const crypto = nodeCrypto();
  return crypto === undefined
    ? text
    : crypto.createHash('sha256').update(text).digest('hex').slice(0, ID_CHARS);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Who votes, as it may be written: the id that is given, else the user whom the app names here. */
function writtenUser(userId: unknown): string | undefined {
  return userId === undefined
    ? attributionIn(activeContext())?.userId
    : settings().ids.userId(nameOf(userId));
}

/** The comment as each may have it: it is content, and nobody has any where nothing decides on content. */
function passedComment(value: unknown, { labels }: CaseFacts, context: Context): PassedContent | undefined {
  const comment = textOf(value);
  const { content } = processSlot().host;
  if (comment === undefined || content?.isOpen() !== true) return undefined;
  const texts = { [ledger.evaluationExplanation.key]: comment };
  return content.pass(
    { texts },
    { operation: EVALUATION, feature: labels.featureName, span: undefined, context },
  );
}

function write(
  facts: CaseFacts,
  judgement: Judgement,
  words: VoteWords,
  evaluationId: string,
  isRevision: boolean,
): void {
  const userId = writtenUser(words.userId);
  const attributes = {
    ...attributesOf(facts),
    [ledger.evaluationName.key]: EVALUATION,
    [ledger.evaluationScoreValue.key]: judgement.score,
    [ledger.evaluationScoreLabel.key]: judgement.rating,
    [ledger.evaluationEvaluatorType.key]: 'human',
    [ledger.evaluationId.key]: evaluationId,
    [ledger.feedbackRevision.key]: isRevision,
    ...(facts.responseId !== undefined && { [ledger.responseId.key]: facts.responseId }),
    ...(userId !== undefined && { [ledger.userId.key]: userId }),
  };
  const context = contextOf(facts);
  const comment = passedComment(words.comment, facts, context);
  emitApart(
    'evaluationResult',
    { logs: { ...attributes, ...comment?.event }, judge: { ...attributes, ...comment?.judge } },
    context,
  );
}

/** Takes a vote on a call: one event for each, and one count for the first. Never throws. */
export function vote(facts: CaseFacts, words: VoteWords): FeedbackResult {
  try {
    prepareForWords();
    const judgement = judgementOf(words);
    const names = namesOf(facts);
    const [name] = names;
    if (judgement === undefined || name === undefined) return refuse('FEEDBACK_INVALID');
    const votes = (processSlot().votes ??= new Remembered(VOTES_CAP));
    const maxAgeMs = expiryMs();
    const earlier = names.map((each) => votes.get(each, maxAgeMs)).find((each) => each !== undefined);
    const digest = digestOf(JSON.stringify([judgement.rating, judgement.score, textOf(words.comment)]));
    if (earlier?.digest === digest) return refuse('FEEDBACK_REPEATED');
    const evaluationId = earlier?.evaluationId ?? digestOf(`${EVALUATION} ${name}`);
    // First what may throw: what is refused is neither counted nor remembered, and may come again.
    write(facts, judgement, words, evaluationId, earlier !== undefined);
    for (const each of names) votes.set(each, { evaluationId, digest });
    const { labels } = facts;
    if (earlier === undefined) {
      for (const feedbackRating of RATINGS) open('feedbackSubmissions', { ...labels, feedbackRating });
      count('feedbackSubmissions', { ...labels, feedbackRating: judgement.rating });
    }
    processSlot().conversations?.rated(facts, judgement.rating);
    return { status: earlier === undefined ? 'counted' : 'revised', rating: judgement.rating, evaluationId };
  } catch (error) {
    return refuse('NOT_RECORDED', describeFault(error));
  }
}
