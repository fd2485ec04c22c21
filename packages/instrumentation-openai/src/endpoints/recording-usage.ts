import type { BilledAmounts, Usage } from '../endpoint.ts';
import type { FinalEvent } from './final-event.ts';

/** By tokens or by length, as the model is paid. */
interface RecordingCounts {
  readonly type?: string;
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly input_token_details?: { readonly audio_tokens?: number } | null | undefined;
  readonly seconds?: number;
}

/** What was heard, or the last event of a stream of it; a plain text where the app asked for one. None names its model. */
export interface HeardText extends FinalEvent<RecordingCounts> {
  /** Verbose answers tell it, also where they have no usage. */
  readonly duration?: number | string;
}

/** All that is sent is sound, unless the answer breaks it down. */
export function recordingUsage({ usage }: HeardText): Usage | undefined {
  if (usage?.input_tokens === undefined) return undefined;
  return {
    input: usage.input_tokens,
    output: usage.output_tokens,
    audioInput: usage.input_token_details ? usage.input_token_details.audio_tokens : usage.input_tokens,
  };
}

/** The length of the recording, where no tokens are told. */
export function recordingLength({ usage, duration }: HeardText): BilledAmounts | undefined {
  if (usage?.input_tokens !== undefined) return undefined;
  const seconds = Number(usage?.seconds ?? duration);
  return Number.isFinite(seconds) && seconds >= 0 ? { audioSeconds: seconds } : undefined;
}
