import type { CallShare } from './call.ts';
import { checkKey } from './api-keys.ts';
import { apiErrors } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { models } from './models.ts';
import type { StoredResponse } from './stored-responses.ts';

/** A request that infers nothing: lists of models and responses that were made before. */
export interface Lookup {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As counted and documented; `{id}` stands for one path segment. */
  readonly path: string;
  serve(exchange: Exchange, id: string, share: CallShare): Promise<void> | void;
}

interface ModelEntry {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
}

const modelEntries: readonly ModelEntry[] = models.flatMap((model) =>
  [model.id, ...model.snapshots].map((id) => ({
    id,
    object: 'model' as const,
    created: model.created,
    owned_by: model.ownedBy,
  })),
);

function storedFor(id: string, share: CallShare): StoredResponse {
  const stored = share.responses.get(id);
  if (stored === undefined) throw apiErrors.unknownResponse(id);
  return stored;
}

function tellUsage(stored: StoredResponse): void {
  stored.tellUsage?.();
  stored.tellUsage = undefined;
}

/** Sends a stored response's stream again, from after the event `starting_after`. */
async function replay(exchange: Exchange, stored: StoredResponse): Promise<void> {
  const asked = exchange.query.get('starting_after');
  const after = asked === null ? -1 : Number(asked);
  exchange.startStream({});
  let sequence = 0;
  for (const frame of stored.frames()) {
    if (sequence > after) await exchange.write(frame.text);
    sequence += 1;
  }
  tellUsage(stored);
  exchange.end();
}

export const lookups: readonly Lookup[] = [
  {
    method: 'GET',
    path: '/v1/models',
    serve: (exchange) => exchange.sendJson(200, { object: 'list', data: modelEntries }),
  },
  {
    method: 'GET',
    path: '/v1/models/{id}',
    serve(exchange, id) {
      const entry = modelEntries.find((model) => model.id === id);
      if (entry === undefined) throw apiErrors.unknownModel(id);
      exchange.sendJson(200, entry);
    },
  },
  {
    method: 'GET',
    path: '/v1/responses/{id}',
    serve(exchange, id, share) {
      const stored = storedFor(id, share);
      if (exchange.query.get('stream') === 'true') return replay(exchange, stored);
      const nowMs = share.now();
      if (stored.isDoneAt(nowMs)) tellUsage(stored);
      return exchange.sendJson(200, stored.bodyAt(nowMs));
    },
  },
  {
    method: 'POST',
    path: '/v1/responses/{id}/cancel',
    serve(exchange, id, share) {
      const stored = storedFor(id, share);
      const nowMs = share.now();
      const body = stored.bodyAt(nowMs);
      if (body['background'] !== true) {
        throw apiErrors.badRequest('Cannot cancel a synchronous response.');
      }
      if (!stored.isDoneAt(nowMs)) stored.cancelledAtMs ??= nowMs;
      exchange.sendJson(200, stored.bodyAt(nowMs));
    },
  },
  {
    method: 'DELETE',
    path: '/v1/responses/{id}',
    serve(exchange, id, share) {
      storedFor(id, share);
      share.responses.remove(id);
      exchange.sendJson(200, { id, object: 'response', deleted: true });
    },
  },
];

export async function serveLookup(
  lookup: Lookup,
  exchange: Exchange,
  id: string,
  share: CallShare,
): Promise<void> {
  checkKey(exchange.header('authorization'));
  await lookup.serve(exchange, id, share);
}
