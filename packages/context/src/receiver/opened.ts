import { nowS } from '../feedback/current-call.ts';
import type { Refusal } from '../feedback/errors.ts';
import { openToken, type TokenContent } from '../feedback/token.ts';
import { caseKey } from '../outcomes/case-key.ts';
import { limitToken } from './access.ts';
import { RefusedRequest } from './exchange.ts';
import type { ReceiverSettings } from './settings.ts';

/** Opens a token, and counts the request to its limit; refused where it is not good. */
export function openLimited(
  token: unknown,
  kind: 'call' | 'task' | 'any',
  settings: ReceiverSettings,
): TokenContent {
  const opened = openToken(token, settings.keys, nowS());
  if (!opened.isGood) throw new RefusedRequest(opened.code);
  const { content } = opened;
  if (kind !== 'any' && (content.task !== undefined) !== (kind === 'task'))
    throw new RefusedRequest('TOKEN_KIND_WRONG');
  limitToken(caseKey(content), settings);
  return content;
}

/** What was taken; refused as it was there. */
export function taken<Result extends { readonly status: string }>(result: Result | Refusal): Result {
  if ('code' in result) throw new RefusedRequest(result.code, result.reason);
  return result;
}
