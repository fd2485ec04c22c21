import type { AnyValue, Message, MessagePart, OtherPart } from '@genvitals/conventions';
import { toJson } from './cut-part.ts';

/** A text that stands for others, and says for how many. */
export function leftOutPart(count: number, what: 'messages' | 'parts'): MessagePart {
  return { type: 'text', content: `… [${count} ${what} left out]`, left_out: count };
}

/** How many others a part stands for; 0 where it is one of its own. */
export function leftOutCount(part: MessagePart): number {
  const count = (part as OtherPart)['left_out'];
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 0;
}

function countIn({ parts }: Message): number {
  const [part] = parts;
  return part === undefined || parts.length > 1 ? 0 : leftOutCount(part);
}

const KEPT_ROLES: ReadonlySet<string> = new Set(['system', 'developer']);

/** Instructions and the last question stay whatever else goes: without them nothing can be understood. */
function mayGo(messages: readonly Message[]): (index: number) => boolean {
  const question = messages.findLastIndex(({ role }) => role === 'user');
  return (index) => {
    const message = messages[index];
    return message !== undefined && index !== question && !KEPT_ROLES.has(message.role);
  };
}

/** Of what stands instead, in bytes. */
const INSTEAD = 128;

/** Leaves out the oldest messages until so much is saved or none may go; one message says how many were there. */
function leaveOut(
  messages: readonly Message[],
  toSave: number,
  sizeOf: (message: Message) => number,
): readonly Message[] {
  const isFree = mayGo(messages);
  const gone = new Set<number>();
  let saved = -INSTEAD;
  for (const [index, message] of messages.entries()) {
    if (saved >= toSave) break;
    if (!isFree(index)) continue;
    gone.add(index);
    saved += sizeOf(message);
  }
  if (gone.size === 0) return messages;
  const [first] = gone;
  const earlier = messages.reduce((sum, message) => sum + countIn(message), 0);
  const instead: Message = { role: 'system', parts: [leftOutPart(gone.size + earlier, 'messages')] };
  return messages.flatMap((message, index) => {
    if (index === first) return [instead];
    return gone.has(index) || countIn(message) > 0 ? [] : [message];
  });
}

/** Leaves out the oldest messages until the others need at least so many bytes less as JSON. */
export function leaveOutOldest(messages: readonly Message[], bytes: number): readonly Message[] {
  return leaveOut(messages, bytes, (message) => Buffer.byteLength(toJson(message) ?? ''));
}

const MAX_DEPTH = 64;
/** A longer text is cut before it is masked. */
const CHARS_A_TEXT = 65_536;
/** One and a half of what the limits let through. */
const CHARS_OF_MESSAGES = 393_216;

function charsIn(value: AnyValue | Message, depth = 0): number {
  if (typeof value === 'string') return Math.min(value.length, CHARS_A_TEXT);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return 0;
  return Object.values(value as Readonly<Record<string, AnyValue>>).reduce<number>(
    (sum, each) => sum + charsIn(each, depth + 1),
    0,
  );
}

/**
 * Leaves out the oldest messages that the limits would leave out anyway, so that nobody waits for their masks: a
 * long conversation costs no more than one that fits. Whole messages only, so nothing is cut in half.
 */
export function leaveOutHopeless(messages: readonly Message[]): readonly Message[] {
  const chars = messages.reduce((sum, message) => sum + charsIn(message), 0);
  return chars <= CHARS_OF_MESSAGES ? messages : leaveOut(messages, chars - CHARS_OF_MESSAGES, charsIn);
}
