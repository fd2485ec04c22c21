import { attributes as ledger } from '@genvitals/conventions';
import type { Attribution } from './attribution.ts';
import { WRITTEN_USER_ID, type ReceivedWords } from './words.ts';

/** Of the whole header; what W3C Baggage asks all to keep. */
const MAX_BYTES = 8192;

/** What other services of the app are told, the most important first: the last ones go where there is no room. */
const KEYS = [
  ledger.featureName.key,
  ledger.conversationId.key,
  ledger.sessionId.key,
  ledger.experimentName.key,
  ledger.experimentVariant.key,
  ledger.promptName.key,
  ledger.promptVersion.key,
  ledger.userId.key,
  ledger.experimentAssignments.key,
] as const;

const encoded = new WeakMap<Attribution, readonly (readonly [key: string, member: string])[]>();

function membersOf(attribution: Attribution): readonly (readonly [key: string, member: string])[] {
  let members = encoded.get(attribution);
  if (members === undefined) {
    const { attributes } = attribution;
    members = KEYS.flatMap((key) => {
      const value = attributes[key];
      const text = Array.isArray(value) ? value.map((each) => encode(String(each))).join(';') : value;
      return typeof text === 'string' ? [[key, `${key}=${encode(text)}`] as const] : [];
    });
    encoded.set(attribution, members);
  }
  return members;
}

function encode(text: string): string {
  // By its bytes: half a character has none, and would throw.
  return encodeURIComponent(Buffer.from(text).toString());
}

function keyOf(member: string): string {
  return (member.split('=', 1)[0] ?? '').trim();
}

/**
 * The `baggage` header with what the app says of its calls, user ids as they may be written. What the request has
 * already stays as it is, and holds where both say the same; what does not fit into 8,192 bytes is left out.
 * @returns undefined where there is nothing to add
 */
export function toBaggage(attribution: Attribution, present: string): string | undefined {
  const taken = new Set(present.split(',').map(keyOf));
  const before = present.trim();
  let header = before;
  let length = Buffer.byteLength(before);
  for (const [key, member] of membersOf(attribution)) {
    const added = member.length + (header === '' ? 0 : 1);
    if (taken.has(key) || length + added > MAX_BYTES) continue;
    header += header === '' ? member : `,${member}`;
    length += added;
  }
  return header === before ? undefined : header;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}

function readMembers(header: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  for (const member of header.split(',')) {
    const at = member.indexOf('=');
    if (at < 0) continue;
    // What follows a semicolon are properties, of which we have none.
    const value = decode(member.slice(at + 1).split(';', 1)[0] ?? '');
    if (value !== undefined && value !== '') members.set(member.slice(0, at).trim(), value);
  }
  return members;
}

function readAssignments(text: string | undefined): ReceivedWords[] {
  return (text ?? '').split(';').flatMap((each) => {
    const assignment = decode(each) ?? '';
    const at = assignment.indexOf('=');
    return at < 0
      ? []
      : [{ experiment: { name: assignment.slice(0, at), variant: assignment.slice(at + 1) } }];
  });
}

/** What another service of the app said, from the `baggage` header it sent; later words hold over earlier ones. */
export function fromBaggage(header: string): readonly ReceivedWords[] {
  if (header.length > MAX_BYTES) return [];
  const members = readMembers(header);
  const of = (row: { readonly key: string }): string | undefined => members.get(row.key);
  const [name, variant, prompt] = [
    of(ledger.experimentName),
    of(ledger.experimentVariant),
    of(ledger.promptName),
  ];
  const words: ReceivedWords = {
    feature: of(ledger.featureName),
    sessionId: of(ledger.sessionId),
    conversationId: of(ledger.conversationId),
    [WRITTEN_USER_ID]: of(ledger.userId),
    ...(prompt !== undefined && { prompt: { name: prompt, version: of(ledger.promptVersion) } }),
    ...(name !== undefined && variant !== undefined && { experiment: { name, variant } }),
  };
  return [...readAssignments(of(ledger.experimentAssignments)), words];
}
