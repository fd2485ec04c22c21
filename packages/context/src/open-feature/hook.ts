import type { Hook } from '@openfeature/server-sdk';
import { describeFault } from '../fault.ts';
import { expose } from '../experiments/exposures.ts';
import { settings } from '../settings.ts';

/**
 * A hook that tells who was shown which variant of a flag, as the event `feature_flag.evaluation`: once for each
 * targeting key, variant and reason in a process, and not where there is no variant or nobody is named. Beside
 * `experimentProvider()` nothing is told twice. What it sees is not on calls by itself: see `assignmentOf`.
 */
export function openFeatureHook(): Hook {
  return {
    after({ flagKey, context, providerMetadata }, { variant, reason }) {
      const unit = context.targetingKey;
      if (variant === undefined || unit === undefined || unit === '') return;
      try {
        const provider = providerMetadata.name;
        expose({ name: flagKey, variant, reason: (reason ?? 'unknown').toLowerCase(), provider, unit });
      } catch (error) {
        settings().diagnostics.warnOnce(
          'flag exposure',
          `an evaluation of ${flagKey} could not be told: ${describeFault(error)}`,
        );
      }
    },
  };
}
