import { expect, test } from 'vitest';
import { parseLineItem } from '../src/costs/line-item.ts';

// Names as bills have them, of 2025 and 2026.
test.each<[string, string | undefined, string | undefined]>([
  ['gpt-4o-mini-2024-07-18, input', 'gpt-4o-mini-2024-07-18', 'input'],
  ['gpt-5.4-mini-2026-03-17, cached input', 'gpt-5.4-mini-2026-03-17', 'cache_read'],
  ['gpt-5.6-luna, cache writes', 'gpt-5.6-luna', 'cache_write'],
  ['gpt-5.6-sol, output', 'gpt-5.6-sol', 'output'],
  ['gpt-6-astra, input_tokens', 'gpt-6-astra', 'input'],
  ['gpt-image-2, output_image_tokens', 'gpt-image-2', 'image_output'],
  ['gpt-audio-mini-2025-12-15 audio, input', 'gpt-audio-mini-2025-12-15', 'audio_input'],
  ['gpt-audio-mini-2025-12-15 text, output', 'gpt-audio-mini-2025-12-15', 'output'],
  ['gpt-image-2-2026-04-21 image, output', 'gpt-image-2-2026-04-21', 'image_output'],
  ['gpt-realtime-2.1-mini-2026-08-28, audio input', 'gpt-realtime-2.1-mini-2026-08-28', 'audio_input'],
  ['gpt-image-2-2026-04-21 image, cached input', 'gpt-image-2-2026-04-21', undefined],
  ['gpt-live-1, voice session', 'gpt-live-1', undefined],
  ['text-embedding-3-small, input', 'text-embedding-3-small', 'input'],
  ['web search tool calls', undefined, undefined],
  ['evals | gpt-4o-mini-2024-07-18, input', undefined, undefined],
  ['(no line item)', undefined, undefined],
  ['', undefined, undefined],
  [',', undefined, undefined],
])('%j is of the model %j and the kind %j', (name, model, kind) => {
  expect(parseLineItem(name)).toMatchObject({ model, kind });
});

test.each([
  ['web search tool calls', true],
  ['file search tool calls', true],
  ['code interpreter sessions', true],
  ['assistants api | file search', false],
  ['file storage', false],
])('whether %j is of a tool of calls: %j', (name, isTool) => {
  expect(parseLineItem(name).isTool).toBe(isTool);
});
