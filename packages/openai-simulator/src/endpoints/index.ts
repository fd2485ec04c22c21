import type { Endpoint } from '../endpoint.ts';
import { chat } from './chat.ts';
import { completions } from './completions.ts';
import { embeddings } from './embeddings.ts';
import { moderations } from './moderations.ts';
import { responses } from './responses.ts';

/** What is inferred at; one endpoint a file. */
export const endpoints: readonly Endpoint[] = [chat, responses, embeddings, moderations, completions];
