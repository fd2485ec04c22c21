import { attributes as ledger, type AttributeValue } from '@genvitals/conventions';
import { attributesOf, type CaseFacts, contextOf, factsHere } from '../feedback/case-facts.ts';
import { refuse } from '../feedback/errors.ts';
import { processSlot } from '../process-slot.ts';
import { count, emit, open } from '../signals.ts';
import { prepareForWords } from '../with-context.ts';
import { textOf } from '../words.ts';
import { once } from './counted-once.ts';
import { COUNTED, type OutcomeResult, told } from './outcome-result.ts';

export type SessionActivityKind = AttributeValue<'sessionActivityKind'>;

/** Which conversation is meant, where it is not the one that `withContext` names. */
export interface ConversationWords {
  readonly conversationId?: string | undefined;
}

/** What a person did, or was given. */
export interface SessionActivityWords extends ConversationWords {
  readonly sessionId?: string | undefined;
  /** Default `question`. After `resolved` a conversation is not taken for given up. */
  readonly kind?: SessionActivityKind | undefined;
}

const KINDS: readonly SessionActivityKind[] = ledger.sessionActivityKind.values;
const SESSION_ID = ledger.sessionId.key;

function factsOf(words: ConversationWords): CaseFacts {
  prepareForWords();
  const facts = factsHere();
  return { ...facts, conversationId: textOf(words.conversationId) ?? facts.conversationId };
}

/**
 * Counts a conversation that begins: once for each that has an id, by `withContext` or by the argument. Never throws:
 * the result says what happened.
 */
export function startConversation(words: ConversationWords = {}): OutcomeResult {
  return told('a conversation', () => {
    const facts = factsOf(words);
    const { conversationId, labels } = facts;
    const key = conversationId === undefined ? undefined : `conversation ${conversationId}`;
    const isCounted = once(key, () => {
      open('conversationStarted', labels);
      open('conversationEscalations', labels);
      count('conversationStarted', labels);
    });
    return isCounted ? COUNTED : refuse('OUTCOME_REPEATED', 'the conversation was counted before');
  });
}

/**
 * Says that a person did something, or got an answer: one event `genvitals.session.activity`, by which a conversation
 * that is given up is known where all processes meet. Never throws: the result says what happened.
 */
export function sessionActivity(words: SessionActivityWords = {}): OutcomeResult {
  return told('an activity', () => {
    const facts = factsOf(words);
    const kind = words.kind ?? 'question';
    if (!KINDS.includes(kind))
      return refuse('OUTCOME_INVALID', `an activity that is none of ${KINDS.join(', ')}`);
    const attributes = attributesOf(facts);
    const sessionId = textOf(words.sessionId);
    if (sessionId !== undefined) attributes[SESSION_ID] = sessionId;
    if (facts.conversationId === undefined && attributes[SESSION_ID] === undefined)
      return refuse('OUTCOME_INVALID', 'an activity of no conversation and no session');
    attributes[ledger.sessionActivityKind.key] = kind;
    emit('sessionActivity', attributes, contextOf(facts));
    processSlot().conversations?.active({ ...facts, attributes }, kind);
    return COUNTED;
  });
}
