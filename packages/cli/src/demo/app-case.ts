import { attributes } from '@genvitals/conventions';
import type { Attributes, AttributeValue } from '@genvitals/otlp';

/** What calls, votes and tasks have in common: what the app said of the case that they are of. */
export interface AppCase {
  /** `unset` where nothing names it. */
  readonly feature: string;
  /** Undefined outside of experiments. */
  readonly arm: Arm | undefined;
}

export interface Arm {
  readonly experiment: string;
  readonly variant: string;
}

export const UNSET = 'unset';

/** From the attributes of a span or an event, or the labels of a counter. */
export function toAppCase(record: Attributes): AppCase {
  const experiment = text(record[attributes.experimentName.key]);
  const variant = text(record[attributes.experimentVariant.key]);
  return {
    feature: text(record[attributes.featureName.key]) ?? UNSET,
    arm: experiment === undefined || variant === undefined ? undefined : { experiment, variant },
  };
}

export function text(value: AttributeValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
