import type { Turn } from './ask.ts';
import type { Frame } from './endpoint.ts';
import type { JsonObject } from './json.ts';

/** A response that can be asked for again by its id. */
export interface StoredResponse {
  readonly id: string;
  /** The conversation with this answer at its end: what `previous_response_id` goes on from. */
  readonly turns: readonly Turn[];
  /** The response as it is at a moment: a background one is queued, then in progress, then done. */
  readonly bodyAt: (nowMs: number) => JsonObject;
  readonly isDoneAt: (nowMs: number) => boolean;
  /** The stream from its beginning. */
  readonly frames: () => Iterable<Frame>;
  cancelledAtMs: number | undefined;
  /** A background response's usage goes out with the first answer that shows it done; then nothing is left to tell. */
  tellUsage: (() => void) | undefined;
}

export interface StoredResponses {
  get(id: string): StoredResponse | undefined;
  put(stored: StoredResponse): void;
  remove(id: string): boolean;
}

const keptResponses = 1000;
const keptCharacters = 64 * 1024 * 1024;

function sizeOf(stored: StoredResponse): number {
  return stored.turns.reduce((sum, turn) => sum + turn.text.length, 0);
}

/** Keeps the newest responses, bounded by number and by text. */
export function createStoredResponses(): StoredResponses {
  const kept = new Map<string, StoredResponse>();
  let characters = 0;
  const remove = (id: string): boolean => {
    const stored = kept.get(id);
    if (stored === undefined) return false;
    characters -= sizeOf(stored);
    return kept.delete(id);
  };
  return {
    get: (id) => kept.get(id),
    put(stored) {
      kept.set(stored.id, stored);
      characters += sizeOf(stored);
      for (const oldest of kept.keys()) {
        if (kept.size <= keptResponses && characters <= keptCharacters) break;
        if (oldest !== stored.id) remove(oldest);
      }
    },
    remove,
  };
}
