import type { CallContent, Message, MessagePart } from '@genvitals/conventions';
import { changeContent } from './change-content.ts';
import { cutName, cutPart, cutTool, isCut, toJson } from './cut-part.ts';
import { leaveOutOldest, leftOutCount, leftOutPart } from './left-out-messages.ts';

/** Of the text of one part, in UTF-8. */
const PART_BYTES = 32_768;
/** Of the whole content of a call as JSON, in UTF-8. */
const CALL_BYTES = 262_144;
/** Where a call has too much that may not go, its parts get shorter, and then fewer. */
const SHORTER_PARTS: readonly number[] = [8_192, 2_048, 512, 128];
const FEWER_PARTS: readonly number[] = [256, 64, 16, 4, 1];

function bytesOf(content: CallContent): number {
  return Buffer.byteLength(toJson(content) ?? '');
}

/** Only what the conventions know of a message is kept: all else would have no limit. */
function cutMessage({ role, name, parts }: Message, maxBytes: number): Message {
  return {
    role: cutName(role),
    parts: parts.map((part) => cutPart(part, maxBytes)),
    ...(name === undefined ? {} : { name: cutName(name) }),
  };
}

function cutParts(content: CallContent, maxBytes: number): CallContent {
  return changeContent(content, {
    parts: (parts) => parts.map((part) => cutPart(part, maxBytes)),
    input: (messages) => messages.map((message) => cutMessage(message, maxBytes)),
    output: (messages) =>
      messages.map((message) => ({
        ...cutMessage(message, maxBytes),
        finish_reason: cutName(message.finish_reason),
      })),
    tools: (tools) => tools.map((tool) => cutTool(tool, maxBytes)),
  });
}

function keepParts(parts: readonly MessagePart[], most: number): readonly MessagePart[] {
  if (parts.length <= most) return parts;
  const kept = parts.slice(0, most - 1);
  const gone = parts.slice(most - 1).reduce((sum, part) => sum + (leftOutCount(part) || 1), 0);
  return [...kept, leftOutPart(gone, 'parts')];
}

/** The first of everything, but the last of the input: that is where the question is. */
function keepFew(content: CallContent, most: number): CallContent {
  const keep = <Shape extends Message>(message: Shape): Shape => ({
    ...message,
    parts: keepParts(message.parts, most),
  });
  return changeContent(content, {
    parts: (parts) => keepParts(parts, most),
    input: (messages) => messages.slice(-most).map(keep),
    output: (messages) => messages.slice(0, most).map(keep),
    tools: (tools) => tools.slice(0, most),
  });
}

function shrink(content: CallContent): CallContent {
  let small = content;
  const excess = bytesOf(small) - CALL_BYTES;
  if (excess <= 0) return small;
  if (small.inputMessages !== undefined) {
    small = { ...small, inputMessages: leaveOutOldest(small.inputMessages, excess) };
  }
  for (const bytes of SHORTER_PARTS) {
    if (bytesOf(small) <= CALL_BYTES) return small;
    small = cutParts(small, bytes);
  }
  for (const most of FEWER_PARTS) {
    if (bytesOf(small) <= CALL_BYTES) return small;
    small = keepFew(small, most);
  }
  return small;
}

function isShort(parts: readonly MessagePart[]): boolean {
  return parts.some((part) => isCut(part) || leftOutCount(part) > 0);
}

function isShortMessage(message: Message): boolean {
  return isCut(message) || isShort(message.parts);
}

function isFewer(before: readonly unknown[] = [], after: readonly unknown[] = []): boolean {
  return after.length < before.length;
}

/**
 * Brings content to what may leave the app: 32 KiB of text a part, 256 KiB of JSON a call. A text that was cut ends
 * in a mark with the bytes that are missing. Over the limit of a call the oldest messages of the input go first;
 * instructions and the last question go last. Does not change its argument, and changes nothing where all fits.
 *
 * @returns the content and whether anything of it was left out, by this or by whoever masked it before
 */
export function limitContent(content: CallContent): {
  readonly content: CallContent;
  readonly inputTruncated: boolean;
  readonly outputTruncated: boolean;
} {
  const limited = shrink(cutParts(content, PART_BYTES));
  const { systemInstructions = [], inputMessages = [], outputMessages = [], toolDefinitions = [] } = limited;
  return {
    content: limited,
    inputTruncated:
      isShort(systemInstructions) ||
      inputMessages.some(isShortMessage) ||
      toolDefinitions.some(isCut) ||
      isFewer(content.inputMessages, limited.inputMessages) ||
      isFewer(content.toolDefinitions, limited.toolDefinitions),
    outputTruncated:
      outputMessages.some(isShortMessage) || isFewer(content.outputMessages, limited.outputMessages),
  };
}
