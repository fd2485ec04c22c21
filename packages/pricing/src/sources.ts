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
  fastMode: { source: 'https://openai.com/api-fast-mode/', checkedAt: '2026-08-01' },
  /** Reads OpenAI's price page every day. */
  dailyReading: { source: 'https://github.com/anuran-roy/unified-llm-pricing', checkedAt: '2026-09-13' },
  genaiPrices: { source: 'https://github.com/pydantic/genai-prices', checkedAt: '2026-09-23' },
  codexManager: {
    source: 'https://github.com/amine123max/Codex-Manager/releases/tag/0.4.7',
    checkedAt: '2026-09-30',
  },
  /** Read OpenAI's page on the model and its price table. */
  subSwitch: {
    source: 'https://github.com/KZCFG/AILSA-SubSwitch/releases/tag/v1.0.0-g',
    checkedAt: '2026-10-01',
  },
  openaiSol62: {
    source: 'https://developers.openai.com/api/docs/models/gpt-6.2-sol',
    checkedAt: '2026-11-26',
  },
  apidog: { source: 'https://apidog.com/de/blog/gpt-6-1-terra-pricing/', checkedAt: '2026-11-26' },
  vercel: { source: 'https://vercel.com/ai-gateway/models/gpt-6-luna-fast.md', checkedAt: '2026-11-26' },
  modelCostWatch: {
    source: 'https://www.modelcostwatch.com/openai/tool-costs/web-search',
    checkedAt: '2026-03-12',
  },
} as const satisfies Record<string, Source>;

export const OPENAI = ['openai'] as const;
export const OPENAI_AND_AZURE = ['openai', 'azure.ai.openai'] as const;

/** Above so many input tokens the whole request has other prices. */
export const LONG_CONTEXT = 272_000;
