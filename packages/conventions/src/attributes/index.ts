import { agentAttributes } from './agent.ts';
import { appAttributes } from './app.ts';
import type { AttributeRow, NameSet, NamesMode, WireTypes } from './attribute-row.ts';
import { businessAttributes } from './business.ts';
import { contentAttributes } from './content.ts';
import { costAttributes } from './cost.ts';
import { evaluationAttributes } from './evaluation.ts';
import { functionAttributes } from './function.ts';
import { operationAttributes } from './operation.ts';
import { requestAttributes } from './request.ts';
import { resourceAttributes } from './resource.ts';
import { responseAttributes } from './response.ts';
import { usageAttributes } from './usage.ts';

/** Every attribute that genvitals may write, by the name it has in code. */
export const attributes = {
  ...operationAttributes,
  ...requestAttributes,
  ...responseAttributes,
  ...usageAttributes,
  ...costAttributes,
  ...appAttributes,
  ...contentAttributes,
  ...agentAttributes,
  ...evaluationAttributes,
  ...businessAttributes,
  ...resourceAttributes,
  ...functionAttributes,
};

/** An attribute's name in code. */
export type AttributeName = keyof typeof attributes;

type Row<Name extends AttributeName> = (typeof attributes)[Name];

/** The TypeScript type of an attribute's value: one of its closed list, else what its wire type is. */
export type AttributeValue<Name extends AttributeName> =
  Row<Name> extends { readonly values: readonly (infer Value)[] } ? Value : WireTypes[Row<Name>['type']];

/** The attributes that may label a metric. */
export type LabelName = {
  [Name in AttributeName]: Row<Name>['cardinality'] extends 'low' ? Name : never;
}[AttributeName];

/** The sets of names that a mode writes. */
const NAME_SETS: Readonly<Record<NamesMode, readonly NameSet[]>> = {
  'v1.41': ['v1.41'],
  latest: ['latest'],
  dup: ['v1.41', 'latest'],
};

/** The keys under which a names mode writes an attribute: one, two in `dup`, none where its names lack it. */
export function wireKeys(name: AttributeName, mode: NamesMode): readonly string[] {
  const row: AttributeRow = attributes[name];
  const { modes } = row;
  if (modes === undefined) return [row.key];
  return NAME_SETS[mode].flatMap((set) => modes[set] ?? []);
}
