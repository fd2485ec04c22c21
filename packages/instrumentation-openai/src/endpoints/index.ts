import type { Endpoint } from '../endpoint.ts';
import { cancelResponse } from './cancel-response.ts';
import { chat } from './chat.ts';
import { compaction } from './compaction.ts';
import { completions } from './completions.ts';
import { embeddings } from './embeddings.ts';
import { fetchBatch } from './fetch-batch.ts';
import { fetchResponse } from './fetch-response.ts';
import { imageEdit } from './image-edit.ts';
import { imageGeneration } from './image-generation.ts';
import { imageVariation } from './image-variation.ts';
import { moderation } from './moderation.ts';
import { responses } from './responses.ts';
import { speech } from './speech.ts';
import { transcription } from './transcription.ts';
import { translation } from './translation.ts';
import { vectorStoreSearch } from './vector-store-search.ts';

/** Every operation that is traced. To trace another, write its row file and add it here. */
export const endpoints: readonly Endpoint[] = [
  chat,
  responses,
  embeddings,
  completions,
  fetchResponse,
  cancelResponse,
  fetchBatch,
  moderation,
  imageGeneration,
  imageEdit,
  imageVariation,
  transcription,
  translation,
  speech,
  vectorStoreSearch,
  compaction,
];
