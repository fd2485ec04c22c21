import { attributes as ledger } from '@genvitals/conventions';
import { attributesOf, type CaseFacts, contextOf, factsHere } from '../feedback/case-facts.ts';
import { refuse } from '../feedback/errors.ts';
import { isRefusal, openOwnToken } from '../feedback/feedback.ts';
import { count, emit, open } from '../signals.ts';
import { prepareForWords } from '../with-context.ts';
import { textOf } from '../words.ts';
import { caseKey } from './case-key.ts';
import { once } from './counted-once.ts';
import { COUNTED, type OutcomeResult, told } from './outcome-result.ts';
import type { EscalationWords } from './task.ts';

/** A conversation that is handed to a person. */
export interface EscalatedWords extends EscalationWords {
  /** A token of a call or a task in it, where it is told later or elsewhere. */
  readonly of?: string | undefined;
}

/** Throws what the app's OpenTelemetry throws. @param key the conversation, where it has no id; undefined to count each */
export function escalate(
  facts: CaseFacts,
  words: { readonly reason?: unknown; readonly target?: unknown },
  key: string | undefined,
): OutcomeResult {
  prepareForWords();
  const conversation = facts.conversationId ?? key;
  const reason = textOf(words.reason);
  const target = textOf(words.target);
  const attributes = {
    ...attributesOf(facts),
    ...(reason !== undefined && { [ledger.escalationReason.key]: reason }),
    ...(target !== undefined && { [ledger.escalationTarget.key]: target }),
  };
  const isCounted = once(conversation === undefined ? undefined : `escalation ${conversation}`, () => {
    emit('conversationEscalated', attributes, contextOf(facts));
    open('conversationEscalations', facts.labels);
    count('conversationEscalations', facts.labels);
  });
  return isCounted ? COUNTED : refuse('OUTCOME_REPEATED', 'the conversation was handed over before');
}

/**
 * Counts that a conversation was handed to a person: once for each conversation that has an id. Never throws: the
 * result says what happened.
 */
export function escalated(words: EscalatedWords = {}): OutcomeResult {
  return told('an escalation', () => {
    const token = words?.of;
    if (token === undefined) return escalate(factsHere(), words ?? {}, undefined);
    const content = openOwnToken(token, 'any');
    return isRefusal(content) ? content : escalate(content.facts, words, caseKey(content));
  });
}
