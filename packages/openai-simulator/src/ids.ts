import type { Random } from './random.ts';

const base62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const hex = '0123456789abcdef';

/** Ids as long and of the same alphabet as the real ones, by the prefix that names their kind. */
export const ids = {
  chatCompletion: (random: Random): string => `chatcmpl-${random.text(29, base62)}`,
  completion: (random: Random): string => `cmpl-${random.text(29, base62)}`,
  toolCall: (random: Random): string => `call_${random.text(24, base62)}`,
  response: (random: Random): string => `resp_${random.text(48, hex)}`,
  message: (random: Random): string => `msg_${random.text(48, hex)}`,
  reasoning: (random: Random): string => `rs_${random.text(48, hex)}`,
  functionCall: (random: Random): string => `fc_${random.text(48, hex)}`,
  moderation: (random: Random): string => `modr-${random.text(12, base62)}`,
  request: (random: Random): string => `req_${random.text(32, hex)}`,
  obfuscation: (random: Random): string => random.text(1 + random.below(15), base62),
} as const;
