import type { Ending, Fold } from '../endpoint.ts';
import { answeredError, toErrorEnding } from './answered-error.ts';
import { keepUsage, type WithUsage } from './completion-usage.ts';
import { endingOf, toFinishReason } from './finish-reasons.ts';

/** The part of a chat or legacy completion that the instrumentation reads. */
export interface Choices extends WithUsage {
  id?: string | undefined;
  model?: string | undefined;
  /** Read by `completionUsage`, there and in other places. */
  usage?: unknown;
  service_tier?: string | null | undefined;
  system_fingerprint?: string | null | undefined;
  choices?: readonly Choice[] | undefined;
}

export interface Choice {
  readonly index?: number;
  readonly finish_reason?: string | null;
  readonly message?: { readonly refusal?: string | null } | undefined;
  readonly delta?: { readonly refusal?: string | null } | undefined;
  /** What went wrong with this choice, where a gateway had begun to answer before it did. */
  readonly error?: unknown;
}

/** The conventions' word for a choice that never said why it stopped. */
const UNFINISHED = 'error';
/** Stands for the words of a refusal, which are not kept. */
const REFUSED = 'refused';
/** As many as OpenAI's API gives at most; a server that sends more is not followed further. */
export const MAX_CHOICES = 128;

/** One finish reason a choice, in the order of the choices. */
export function finishReasons(result: Choices): string[] | undefined {
  const choices = result.choices;
  if (!Array.isArray(choices) || choices.length === 0) return undefined;
  return (choices as readonly (Choice | null)[]).map(
    (choice) => toFinishReason(choice?.finish_reason) ?? UNFINISHED,
  );
}

function isRefusal(part: { readonly refusal?: string | null } | null | undefined): boolean {
  // Some servers always send the field, empty where nothing is refused.
  return typeof part?.refusal === 'string' && part.refusal !== '';
}

export function choicesEnding(result: Choices): Ending {
  const choices: readonly (Choice | null)[] = Array.isArray(result.choices) ? result.choices : [];
  if (choices.length === 0) return answeredError(result) ?? { outcome: 'success' };
  if (choices.some((choice) => isRefusal(choice?.message))) return { outcome: 'refused' };
  const endings = choices.map((choice) => endingOf(choice?.finish_reason));
  const failed = endings.indexOf('error');
  if (failed !== -1) return toErrorEnding(choices[failed]?.error);
  return { outcome: endings.includes('incomplete') ? 'incomplete' : 'success' };
}

interface FoldedChoice {
  index: number;
  finish_reason: string | null;
  message: { refusal: string | null };
}

/**
 * Gathers the chunks of a streamed completion. Choices may come interleaved and in any order; nothing of
 * their content is kept, so a long stream holds no more memory than a short one.
 */
export function foldChoices(): Fold<Choices, Choices> {
  const result: Choices = {};
  const choices: FoldedChoice[] = [];
  let open = 0;

  function choiceAt(index: number): FoldedChoice | undefined {
    // Once a chunk: no closure.
    for (const choice of choices) if (choice.index === index) return choice;
    if (choices.length >= MAX_CHOICES) return undefined;
    const born: FoldedChoice = { index, finish_reason: null, message: { refusal: null } };
    choices.push(born);
    choices.sort((a, b) => a.index - b.index);
    open++;
    return born;
  }

  return {
    push(chunk) {
      result.id ||= chunk.id;
      result.model ||= chunk.model;
      result.system_fingerprint ??= chunk.system_fingerprint;
      result.service_tier = chunk.service_tier ?? result.service_tier;
      keepUsage(chunk, result);
      if (!Array.isArray(chunk.choices)) return;
      for (const part of chunk.choices as readonly (Choice | null)[]) {
        if (part === null) continue;
        const choice = choiceAt(part.index ?? 0);
        if (choice === undefined) continue;
        if (isRefusal(part.delta)) choice.message.refusal = REFUSED;
        const reason = toFinishReason(part.finish_reason);
        if (reason !== undefined) {
          if (choice.finish_reason === null) open--;
          choice.finish_reason = reason;
        }
      }
      result.choices = choices;
    },
    result: () => result,
    isComplete: () => choices.length > 0 && open === 0,
  };
}
