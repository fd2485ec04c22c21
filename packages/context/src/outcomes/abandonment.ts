import { attributes as ledger } from '@genvitals/conventions';
import { describeFault } from '../fault.ts';
import { attributesOf, type CaseFacts, contextOf, factsOfCall } from '../feedback/case-facts.ts';
import type { FeedbackRating } from '../feedback/vote.ts';
import type { NotedCall } from '../last-calls.ts';
import { processSlot } from '../process-slot.ts';
import { settings } from '../settings.ts';
import { count, emit, open } from '../signals.ts';
import type { SessionActivityKind } from './conversation.ts';
import { once } from './counted-once.ts';

export interface AbandonmentOptions {
  /** After how long without a sign of life; default 30 minutes. */
  readonly idleMs?: number | undefined;
}

export interface AbandonmentTracking {
  /** No conversation is told as given up any more. */
  stop(): void;
}

const DEFAULT_IDLE_MS = 30 * 60_000;
/** A timer takes no more (2^31 - 1 ms). */
const MAX_IDLE_MS = 2_147_483_647;
const MAX_SWEEP_MS = 60_000;
const MIN_SWEEP_MS = 10;
const SWEEPS_PER_IDLE = 10;
/** The one that was quiet for longest is forgotten first. */
const CONVERSATIONS_CAP = 10_000;
const SESSION_ID = ledger.sessionId.key;

/** Where a conversation stands. */
interface Turn {
  readonly facts: CaseFacts;
  readonly atMs: number;
  /** What is told of the call that answers; without a call, the app says itself whether there was an answer. */
  readonly ending: { isAnswered: boolean };
  readonly isDisliked: boolean;
}

/** The conversation, else the session, that the facts are of. */
function keyOf({ conversationId, attributes }: CaseFacts): string | undefined {
  if (conversationId !== undefined) return `conversation ${conversationId}`;
  const sessionId = attributes?.[SESSION_ID];
  return typeof sessionId === 'string' ? `session ${sessionId}` : undefined;
}

/** The conversations of this process that are still going on, by their newest turn. */
export class Conversations {
  readonly #idleMs: number;
  readonly #turns = new Map<string, Turn>();
  readonly #timer: NodeJS.Timeout;

  constructor(idleMs: number) {
    this.#idleMs = idleMs;
    const everyMs = Math.min(Math.max(idleMs / SWEEPS_PER_IDLE, MIN_SWEEP_MS), MAX_SWEEP_MS);
    this.#timer = setInterval(() => {
      this.#sweep();
    }, everyMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#turns.clear();
  }

  /** A model is called. The call is not held: its span may have content. */
  called(call: NotedCall): void {
    const facts = factsOfCall(call);
    const key = keyOf(facts);
    if (key === undefined) return;
    call.ending = { isAnswered: false };
    this.#set(key, { facts, atMs: Date.now(), ending: call.ending, isDisliked: false });
  }

  /** The app says that a person did something, or got an answer. */
  active(facts: CaseFacts, kind: SessionActivityKind): void {
    const key = keyOf(facts);
    if (key === undefined) return;
    if (kind === 'resolved') this.#turns.delete(key);
    else
      this.#set(key, {
        facts,
        atMs: Date.now(),
        ending: { isAnswered: kind === 'answer' },
        isDisliked: false,
      });
  }

  /** An answer was rated, which is a sign of life too. */
  rated(facts: CaseFacts, rating: FeedbackRating): void {
    const key = keyOf(facts) ?? this.#keyOfCall(facts);
    const turn = key === undefined ? undefined : this.#turns.get(key);
    if (key === undefined || turn === undefined) return;
    this.#set(key, { ...turn, atMs: Date.now(), isDisliked: rating === 'negative' });
  }

  /** A token does not say its session; its span tells it, where it is the newest turn. */
  #keyOfCall({ traceId, spanId }: CaseFacts): string | undefined {
    if (spanId === undefined) return undefined;
    for (const [key, { facts }] of this.#turns)
      if (facts.spanId === spanId && facts.traceId === traceId) return key;
    return undefined;
  }

  #set(key: string, turn: Turn): void {
    if (!this.#turns.has(key)) open('conversationAbandonments', turn.facts.labels);
    // The order is the one of activity, so that the oldest stand first.
    this.#turns.delete(key);
    this.#turns.set(key, turn);
    if (this.#turns.size <= CONVERSATIONS_CAP) return;
    for (const oldest of this.#turns.keys()) {
      this.#turns.delete(oldest);
      return;
    }
  }

  #sweep(): void {
    const beforeMs = Date.now() - this.#idleMs;
    for (const [key, turn] of this.#turns) {
      if (turn.atMs > beforeMs) return;
      this.#turns.delete(key);
      if (turn.ending.isAnswered && !turn.isDisliked) continue;
      try {
        this.#tell(key, turn);
      } catch (error) {
        settings().diagnostics.warnOnce('abandonment', `an abandonment is left out: ${describeFault(error)}`);
      }
    }
  }

  #tell(key: string, { facts }: Turn): void {
    once(`abandonment ${key}`, () => {
      emit('conversationAbandoned', attributesOf(facts), contextOf(facts));
      count('conversationAbandonments', facts.labels);
    });
  }
}

/**
 * Tells conversations that are given up, in an app of one process: those without a sign of life for `idleMs` after a
 * turn that got no answer, or one that was rated as negative. Off until it is called; with several processes the judge
 * tells them, as no process sees all turns. What is said again replaces what was said before.
 */
export function trackAbandonment({ idleMs = DEFAULT_IDLE_MS }: AbandonmentOptions = {}): AbandonmentTracking {
  const slot = processSlot();
  slot.conversations?.stop();
  const isTime = Number.isFinite(idleMs) && idleMs > 0 && idleMs <= MAX_IDLE_MS;
  if (!isTime)
    settings().diagnostics.warnOnce(
      'idle time',
      `trackAbandonment: wanted idleMs above 0 and up to ${MAX_IDLE_MS}, got ${String(idleMs)}; ${DEFAULT_IDLE_MS} holds.`,
    );
  const conversations = new Conversations(isTime ? idleMs : DEFAULT_IDLE_MS);
  slot.conversations = conversations;
  return {
    stop: () => {
      conversations.stop();
      if (slot.conversations === conversations) slot.conversations = undefined;
    },
  };
}
