import { type AttributeName, type NamesMode, wireKeys } from '@genvitals/conventions';
import type { Usage } from './endpoint.ts';

const USAGE_ATTRIBUTES: Readonly<Record<keyof Usage, AttributeName>> = {
  input: 'usageInputTokens',
  output: 'usageOutputTokens',
  cacheRead: 'usageCacheReadInputTokens',
  cacheWrite: 'usageCacheWriteInputTokens',
  reasoning: 'usageReasoningOutputTokens',
  audioInput: 'usageAudioInputTokens',
  audioOutput: 'usageAudioOutputTokens',
  imageInput: 'usageImageInputTokens',
  imageOutput: 'usageImageOutputTokens',
};
/** Usage by modality is of the latest names; readers of the older ones take every usage key for a type of its own. */
const BY_MODALITY: ReadonlySet<keyof Usage> = new Set([
  'audioInput',
  'audioOutput',
  'imageInput',
  'imageOutput',
]);

export interface UsageKeys {
  readonly part: keyof Usage;
  readonly keys: readonly string[];
}

/** The keys of each count of a usage, looked up once. */
export function usageKeys(mode: NamesMode): readonly UsageKeys[] {
  return (Object.keys(USAGE_ATTRIBUTES) as (keyof Usage)[])
    .filter((part) => mode !== 'v1.41' || !BY_MODALITY.has(part))
    .map((part) => ({ part, keys: wireKeys(USAGE_ATTRIBUTES[part], mode) }));
}
