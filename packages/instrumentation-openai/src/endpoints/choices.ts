import type { CompletionUsage } from 'openai/resources/completions';
import type { Ending, Fold } from '../endpoint.ts';

/** The part of a chat or legacy completion that the instrumentation reads. */
export interface Choices {
  id?: string | undefined;
  model?: string | undefined;
  usage?: CompletionUsage | null | undefined;
  service_tier?: string | null | undefined;
  system_fingerprint?: string | null | undefined;
  choices?: readonly Choice[] | undefined;
}

export interface Choice {
  readonly index?: number;
  readonly finish_reason?: string | null;
  readonly message?: { readonly refusal?: string | null } | undefined;
  readonly delta?: { readonly refusal?: string | null } | undefined;
}

/** The conventions' word for a choice that never said why it stopped. */
const UNFINISHED = 'error';
/** As many as OpenAI's API gives at most; a server that sends more is not followed further. */
export const MAX_CHOICES = 128;
/** Finish reasons that mean the answer is cut. */
const CUT: ReadonlySet<string> = new Set(['length', 'content_filter']);

/** One finish reason a choice, in the order of the choices. */
export function finishReasons(result: Choices): string[] | undefined {
  const choices = result.choices;
  if (!Array.isArray(choices) || choices.length === 0) return undefined;
  return (choices as readonly (Choice | null)[]).map((choice) => choice?.finish_reason ?? UNFINISHED);
}

export function choicesEnding(result: Choices): Ending {
  const choices: readonly (Choice | null)[] = Array.isArray(result.choices) ? result.choices : [];
  if (choices.some((choice) => typeof choice?.message?.refusal === 'string')) return { outcome: 'refused' };
  if (choices.some((choice) => CUT.has(choice?.finish_reason ?? ''))) return { outcome: 'incomplete' };
  return { outcome: 'success' };
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
      if (chunk.usage !== null && chunk.usage !== undefined) result.usage = chunk.usage;
      if (!Array.isArray(chunk.choices)) return;
      for (const part of chunk.choices as readonly (Choice | null)[]) {
        if (part === null) continue;
        const choice = choiceAt(part.index ?? 0);
        if (choice === undefined) continue;
        if (typeof part.delta?.refusal === 'string') choice.message.refusal = '';
        if (typeof part.finish_reason === 'string') {
          if (choice.finish_reason === null) open--;
          choice.finish_reason = part.finish_reason;
        }
      }
      result.choices = choices;
    },
    result: () => result,
    isComplete: () => choices.length > 0 && open === 0,
  };
}
