import type { PriceRow } from './price-row.ts';

/** A price of our own, and who says so. */
export interface OverlayRow extends PriceRow {
  readonly source: string;
  /** The day of which the source speaks; where it does not tell, the day it was read. */
  readonly checkedAt: string;
}

type Source = Pick<OverlayRow, 'source' | 'checkedAt'>;

/** Where the figures are from. */
export const sources = {
  portkey: { source: 'https://github.com/Portkey-AI/models', checkedAt: '2026-08-01' },
  /** A copy of the page that has gpt-6-astra and not yet gpt-6-sol: it is not older than the first of the two. */
  openaiPricing: { source: 'https://developers.openai.com/api/docs/pricing', checkedAt: '2026-09-03' },
  /** Another, of the flagship models' standard and batch prices, that has gpt-6-sol and not yet gpt-6.1-sol. */
  openaiFlagships: { source: 'https://developers.openai.com/api/docs/pricing', checkedAt: '2026-09-22' },
  openaiAudio: {
    source: 'https://developers.openai.com/api/docs/models/gpt-4o-audio-preview.md',
    checkedAt: '2026-11-26',
  },
  openaiMiniAudio: {
    source: 'https://developers.openai.com/api/docs/models/gpt-4o-mini-audio-preview.md',
    checkedAt: '2026-11-26',
  },
  openaiTerra61: {
    source: 'https://developers.openai.com/api/docs/models/gpt-6.1-terra',
    checkedAt: '2026-11-26',
  },
  openaiSol62: {
    source: 'https://developers.openai.com/api/docs/models/gpt-6.2-sol',
    checkedAt: '2026-11-26',
  },
  /** OpenAI's page on the model, in another language. */
  w3cschool: {
    source: 'https://www.w3cschool.cn/openai_api/openai-api-docs-gpt-6-1-sol.html',
    checkedAt: '2026-11-26',
  },
  litellm: { source: 'https://github.com/BerriAI/litellm/discussions/52347', checkedAt: '2026-11-26' },
  apidog: { source: 'https://apidog.com/de/blog/gpt-6-1-terra-pricing/', checkedAt: '2026-11-26' },
  vercelLuna: {
    source: 'https://vercel.com/ai-gateway/models/gpt-6-luna-fast.md',
    checkedAt: '2026-11-26',
  },
  vercelSol: { source: 'https://vercel.com/ai-gateway/models/gpt-6-sol-fast.md', checkedAt: '2026-11-26' },
} as const satisfies Record<string, Source>;

export const OPENAI = ['openai'] as const;
export const AZURE = ['azure.ai.openai'] as const;

/** Above so many input tokens the whole request has other prices. */
export const LONG_CONTEXT = 272_000;
