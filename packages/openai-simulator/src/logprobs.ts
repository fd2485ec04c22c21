import type { Random } from './random.ts';

export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: number[];
  readonly top_logprobs: { token: string; logprob: number; bytes: number[] }[];
}

function toBytes(token: string): number[] {
  return [...new TextEncoder().encode(token)];
}

/** How likely each token was, with `alternatives` others: figures of the right shape and sign, and no more. */
export function toLogprobs(pieces: readonly string[], alternatives: number, random: Random): TokenLogprob[] {
  return pieces.map((token) => {
    const logprob = -random.logNormal(0.05, 1.5);
    const others = Array.from({ length: alternatives }, (_, rank) => {
      const other = rank === 0 ? token : random.text(3, 'etaoinshrdlu');
      return { token: other, logprob: logprob - 2 * rank, bytes: toBytes(other) };
    });
    return { token, logprob, bytes: toBytes(token), top_logprobs: others };
  });
}
