import { attributes as ledger } from '@genvitals/conventions';
import { processSlot } from '../process-slot.ts';
import { settings } from '../settings.ts';
import { emit } from '../signals.ts';
import { prepareForWords } from '../with-context.ts';
import { textOf } from '../words.ts';
import { hashParts } from './unit-position.ts';

/** Two generations of it are kept: at most 16 MB, and a unit of an app with more visitors may be told again. */
const GENERATION_CAP = 100_000;

/** Who was shown which variant of a flag, and why. */
export interface Exposure {
  readonly name: string;
  readonly variant: string;
  readonly reason: string;
  readonly provider: string;
  readonly unit: string;
}

/** Whether it is the first time in this process, as far as is remembered. */
function isFirst({ name, variant, reason, unit }: Exposure): boolean {
  const slot = processSlot();
  const exposed = (slot.exposed ??= { newer: new Set(), older: new Set() });
  const id = hashParts(name, variant, reason, unit);
  if (exposed.newer.has(id)) return false;
  const isKnown = exposed.older.has(id);
  if (exposed.newer.size >= GENERATION_CAP) [exposed.older, exposed.newer] = [exposed.newer, new Set()];
  exposed.newer.add(id);
  return !isKnown;
}

/**
 * Tells of a unit that is shown a variant, once for each unit, variant and reason in a process. The unit goes out as
 * a keyed hash, and not at all without a key.
 */
export function expose(exposure: Exposure): void {
  if (!isFirst(exposure)) return;
  prepareForWords();
  const { name, variant, reason, provider, unit } = exposure;
  const written = textOf(unit);
  const contextId = written === undefined ? undefined : settings().ids.hash(written);
  emit('featureFlagEvaluation', {
    [ledger.featureFlagKey.key]: name,
    [ledger.featureFlagResultVariant.key]: variant,
    [ledger.featureFlagResultReason.key]: reason,
    ...(contextId !== undefined && { [ledger.featureFlagContextId.key]: contextId }),
    [ledger.featureFlagProviderName.key]: provider,
  });
}
