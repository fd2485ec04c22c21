import type { Endpoint } from '../endpoint.ts';
import { chat } from './chat.ts';
import { completions } from './completions.ts';
import { embeddings } from './embeddings.ts';
import { fetchResponse } from './fetch-response.ts';
import { responses } from './responses.ts';

/** Every operation that is traced. To trace another, write its row file and add it here. */
export const endpoints: readonly Endpoint[] = [chat, responses, embeddings, completions, fetchResponse];
