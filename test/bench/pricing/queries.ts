import type { PriceQuery } from '@genvitals/pricing';

const atMs = Date.parse('2026-11-26');
const call = { provider: 'openai', tier: 'default', atMs } as const;

/** Calls as the instrumentation counts them, every kind of token named. */
export const queries: Readonly<Record<string, PriceQuery>> = {
  'input and output': {
    ...call,
    model: 'gpt-4o-mini-2024-07-18',
    tokens: {
      input: 22,
      cache_read: 0,
      cache_write: 0,
      output: 3,
      reasoning: 0,
      audio_input: 0,
      image_input: 0,
    },
  },
  'cached, reasoning, long context, priority': {
    ...call,
    model: 'gpt-5.6-terra',
    tier: 'priority',
    tokens: { input: 100_000, cache_read: 200_000, cache_write: 1_000, output: 300, reasoning: 700 },
  },
  'sound, pictures and tools': {
    ...call,
    model: 'gpt-realtime',
    tokens: { input: 10, output: 10, audio_input: 100, audio_output: 100, image_input: 50 },
    toolCalls: { web_search: 2, file_search: 1 },
  },
  'unknown model': { ...call, model: 'gpt-99', tokens: { input: 10, output: 10 } },
};
