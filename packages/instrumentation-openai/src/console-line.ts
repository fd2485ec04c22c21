import { attributes as ledger } from '@genvitals/conventions';
import type { CallRecord } from './call-lines.ts';

/** An attribute as a word; arrays and absent ones as nothing. */
function word(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

function tokensOf(record: CallRecord): string {
  const { attributes } = record;
  const input = attributes[ledger.usageInputTokens.key];
  if (input === undefined) return attributes[ledger.usageMissing.key] === true ? 'tokens not told' : '';
  const cached = attributes[ledger.usageCacheReadInputTokens.key];
  const output = attributes[ledger.usageOutputTokens.key];
  const parts = [`${word(input)} in`];
  if (typeof cached === 'number' && cached > 0) parts.push(`(${cached} cached)`);
  if (output !== undefined) parts.push(`${word(output)} out`);
  return parts.join(' ');
}

/** One call in one line for people; what a call does not have is left out. */
export function consoleLine(record: CallRecord): string {
  const { attributes } = record;
  const outcome = word(attributes[ledger.outcome.key]);
  const feature = attributes[ledger.featureName.key];
  const parts = [
    `genvitals ${word(attributes[ledger.operationName.key])} ${word(attributes[ledger.responseModel.key] ?? attributes[ledger.requestModel.key])}`.trimEnd(),
    outcome === 'error' ? `${word(attributes[ledger.errorKind.key])} error: ${record.error ?? ''}` : outcome,
    seconds(record.durationMs),
    record.firstChunkMs === undefined ? '' : `first chunk ${seconds(record.firstChunkMs)}`,
    tokensOf(record),
    record.retries > 0 ? `${record.retries} ${record.retries === 1 ? 'retry' : 'retries'}` : '',
    feature === 'unset' ? '' : word(feature),
  ];
  return `${parts.filter((part) => part !== '').join(' · ')}\n`;
}
