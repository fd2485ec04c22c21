import { attributes, type Attributes } from './attributes.ts';
import { string, uint32 } from './field-types.ts';
import { message, one } from './message.ts';

/** Who sent it. */
export interface Resource {
  attributes: Attributes;
  droppedAttributesCount: number;
}

/** The library that recorded it. */
export interface Scope {
  name: string;
  version: string;
  attributes: Attributes;
  droppedAttributesCount: number;
}

export const resource = message<Resource>({
  attributes: attributes(1),
  droppedAttributesCount: one(2, uint32),
});

export const scope = message<Scope>({
  name: one(1, string),
  version: one(2, string),
  attributes: attributes(3),
  droppedAttributesCount: one(4, uint32),
});
