import { isDeepStrictEqual } from 'node:util';
import type { AnyValue, CallContent, Message, MessagePart } from '@genvitals/conventions';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leaveOutHopeless } from '../../src/content/left-out-messages.ts';
import { limitContent } from '../../src/content/limits.ts';

const PART_BYTES = 32_768;
const CALL_BYTES = 262_144;

/** The shapes of the conventions as far as every reader of them needs: a part has a type, a known one its content. */
const part = {
  type: 'object',
  required: ['type'],
  properties: { type: { type: 'string' } },
  allOf: [
    [['text', 'reasoning'], ['content'], { content: { type: 'string' } }],
    [['tool_call'], ['name'], { name: { type: 'string' } }],
    [['tool_call_response'], ['response'], {}],
    [['uri'], ['uri', 'modality'], { uri: { type: 'string' } }],
  ].map(([types, required, properties]) => ({
    anyOf: [{ properties: { type: { not: { enum: types } } } }, { required, properties }],
  })),
};
const message = {
  type: 'object',
  required: ['role', 'parts'],
  properties: {
    role: { type: 'string' },
    name: { type: 'string' },
    parts: { type: 'array', items: part },
  },
};
const isValid = new Ajv2020({ strict: false }).compile({
  type: 'object',
  properties: {
    systemInstructions: { type: 'array', items: part },
    inputMessages: { type: 'array', items: message },
    outputMessages: { type: 'array', items: { ...message, required: ['role', 'parts', 'finish_reason'] } },
    toolDefinitions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['type', 'name'],
        properties: { parameters: { type: ['object', 'boolean'] } },
      },
    },
  },
});

function bytes(value: unknown): number {
  return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
}

function text(content: string): MessagePart {
  return { type: 'text', content };
}

function says(role: string, content: string): Message {
  return { role, parts: [text(content)] };
}

function limitedPart(one: MessagePart): { content: AnyValue; truncated: boolean } {
  const { content, inputTruncated } = limitContent({ inputMessages: [{ role: 'user', parts: [one] }] });
  return { content: content.inputMessages?.[0]?.parts[0] as never, truncated: inputTruncated };
}

describe('a part', () => {
  test('of 32 KiB stays as it is', () => {
    const content: CallContent = { inputMessages: [says('user', 'a'.repeat(PART_BYTES))] };
    expect(limitContent(content)).toEqual({ content, inputTruncated: false, outputTruncated: false });
  });

  test('with one byte more is cut to 32 KiB with its mark, which says what is missing', () => {
    const { content, truncated } = limitedPart(text('a'.repeat(PART_BYTES + 1)));
    const { content: cut } = content as { content: string };
    const [mark = '', missing = ''] = /… \[(\d+) bytes left out\]$/.exec(cut) ?? [];
    expect(bytes(cut)).toBeLessThanOrEqual(PART_BYTES);
    expect(bytes(cut)).toBeGreaterThan(PART_BYTES - 64);
    expect(cut.length - mark.length + Number(missing)).toBe(PART_BYTES + 1);
    expect(truncated).toBe(true);
  });

  test.each(['😀', 'é', '漢', 'a😀'])('of %s is never cut inside of a character', (unit) => {
    for (let shift = 0; shift < 4; shift++) {
      const { content } = limitedPart(text('x'.repeat(shift) + unit.repeat(PART_BYTES)));
      const { content: cut } = content as { content: string };
      expect(Buffer.from(cut).toString()).toBe(cut);
      expect(bytes(cut)).toBeLessThanOrEqual(PART_BYTES);
    }
  });

  test('that was cut before counts what was missing before', () => {
    const { content } = limitedPart(text(`${'a'.repeat(40_000)}… [500 bytes left out]`));
    const { content: cut } = content as { content: string };
    const [mark = '', missing = ''] = /… \[(\d+) bytes left out\]$/.exec(cut) ?? [];
    expect(cut.length - mark.length + Number(missing)).toBe(40_500);
  });

  test('with arguments that are too long has the beginning of their JSON', () => {
    const { content } = limitedPart({
      type: 'tool_call',
      name: 'find',
      id: 'call_1',
      arguments: { query: 'a'.repeat(40_000) },
    });
    expect(content).toMatchObject({ type: 'tool_call', name: 'find', id: 'call_1' });
    const { arguments: cut } = content as { arguments: string };
    expect(cut).toMatch(/^\{"query":"aaa.*… \[\d+ bytes left out\]$/s);
    expect(bytes(cut)).toBeLessThanOrEqual(PART_BYTES);
  });

  test('of another type becomes the beginning of its JSON as a text', () => {
    const { content } = limitedPart({
      type: 'server_tool_call',
      server_tool_call: { x: 'a'.repeat(40_000) },
    });
    expect(content).toMatchObject({ type: 'text' });
    expect((content as { content: string }).content).toMatch(/^\{"type":"server_tool_call".*left out\]$/s);
  });

  test('that is nested too deep for JSON is left out', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 100_000; level++) deep = [deep];
    for (const one of [
      { type: 'tool_call', name: 'f', arguments: deep },
      { type: 'other', deep },
    ]) {
      expect(JSON.stringify(limitedPart(one as MessagePart).content)).toContain('nested too deep');
    }
  });

  test('of a tool loses parameters that are too long, and says so', () => {
    const parameters = { description: 'a'.repeat(40_000) };
    const { content, inputTruncated } = limitContent({
      toolDefinitions: [{ type: 'function', name: 'find', description: 'Finds', parameters }],
    });
    const description = `Finds… [${bytes(parameters)} bytes left out]`;
    expect(content.toolDefinitions).toEqual([{ type: 'function', name: 'find', description }]);
    expect(inputTruncated).toBe(true);
  });
});

describe('a call', () => {
  const long = 'a'.repeat(30_000);

  test('over 256 KiB loses its oldest messages, but no instructions and not the last question', () => {
    const inputMessages = [
      says('system', 'instructions'),
      ...Array.from({ length: 20 }, (_, index) =>
        says(index % 2 === 0 ? 'user' : 'assistant', `${index} ${long}`),
      ),
      says('developer', 'more'),
      says('user', 'question'),
      says('tool', long),
    ];
    const outputMessages = [{ ...says('assistant', 'answer'), finish_reason: 'stop' }];
    const { content, inputTruncated, outputTruncated } = limitContent({ inputMessages, outputMessages });
    expect(content.inputMessages).toEqual([
      says('system', 'instructions'),
      { role: 'system', parts: [{ ...text('… [13 messages left out]'), left_out: 13 }] },
      ...inputMessages.slice(14),
    ]);
    expect(content.outputMessages).toEqual(outputMessages);
    expect({ inputTruncated, outputTruncated }).toEqual({ inputTruncated: true, outputTruncated: false });
    expect(bytes(content)).toBeLessThanOrEqual(CALL_BYTES);
    expect(bytes(content)).toBeGreaterThan(CALL_BYTES - 2 * 30_000);
  });

  test('that lost messages before it was masked counts those too', () => {
    const inputMessages = Array.from({ length: 40 }, (_, index) => says('assistant', `${index} ${long}`));
    const hopeful = leaveOutHopeless(inputMessages);
    expect(hopeful.length).toBeLessThan(20);
    const { content } = limitContent({ inputMessages: hopeful });
    const [first, ...others] = content.inputMessages ?? [];
    expect(first?.parts).toEqual([
      { ...text(`… [${40 - others.length} messages left out]`), left_out: 40 - others.length },
    ]);
    expect(others).toEqual(inputMessages.slice(40 - others.length));
  });

  test('of a conversation that may fit has nothing left out before it is masked', () => {
    const inputMessages = Array.from({ length: 13 }, () => says('user', long));
    expect(leaveOutHopeless(inputMessages)).toBe(inputMessages);
  });

  test('whose answer alone is too long has shorter answers', () => {
    const outputMessages = Array.from({ length: 100 }, () => ({
      ...says('assistant', long),
      finish_reason: 'stop',
    }));
    const { content, outputTruncated } = limitContent({ outputMessages });
    expect(content.outputMessages).toHaveLength(100);
    expect(bytes(content)).toBeLessThanOrEqual(CALL_BYTES);
    expect(outputTruncated).toBe(true);
  });

  test('of countless parts has fewer, and says how many are missing', () => {
    const parts = Array.from({ length: 100_000 }, () => text('word'));
    const { content, inputTruncated } = limitContent({ inputMessages: [{ role: 'user', parts }] });
    const kept = content.inputMessages?.[0]?.parts ?? [];
    expect(kept.at(-1)).toEqual({
      ...text(`… [${100_001 - kept.length} parts left out]`),
      left_out: 100_001 - kept.length,
    });
    expect(inputTruncated).toBe(true);
    expect(bytes(content)).toBeLessThanOrEqual(CALL_BYTES);
  });
});

const length = fc.constantFrom(0, 3, 100, 2_000, 33_000);
const string = fc
  .tuple(fc.constantFrom('a', '\n', '\u0000', '"', '😀', '\uD800', 'é<'), length, fc.string({ maxLength: 5 }))
  .map(([unit, count, end]) => unit.repeat(count) + end);
const anyPart = fc.oneof(
  string.map(text),
  fc.record({ type: fc.constant('tool_call'), name: string, id: string, arguments: fc.jsonValue() }),
  fc.record({ type: fc.constant('tool_call_response'), response: string }),
  fc.record({ type: fc.constant('uri'), modality: fc.constant('image'), uri: string }),
  fc.record({ type: string, body: fc.array(string, { maxLength: 3 }) }),
  fc
    .dictionary(fc.string(), string, { maxKeys: 40, noNullPrototype: true })
    .map((all) => ({ ...all, type: 'text', content: 'x' })),
);
const manyParts = fc.oneof(
  fc.array(anyPart, { maxLength: 5 }),
  fc.tuple(anyPart, fc.constantFrom(20, 80)).map(([one, count]) => Array.from({ length: count }, () => one)),
);
const anyMessage = fc.record(
  {
    role: fc.oneof(fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool'), string),
    parts: manyParts,
    name: string,
  },
  { requiredKeys: ['role', 'parts'], noNullPrototype: true },
);
const anyContent = fc.record(
  {
    systemInstructions: manyParts,
    inputMessages: fc.array(anyMessage, { maxLength: 12 }),
    outputMessages: fc.array(
      fc.tuple(anyMessage, string).map(([one, reason]) => ({ ...one, finish_reason: reason })),
      { maxLength: 3 },
    ),
    toolDefinitions: fc.array(
      fc.record(
        { type: string, name: string, description: string, parameters: fc.object() },
        { requiredKeys: ['type', 'name'], noNullPrototype: true },
      ),
      { maxLength: 4 },
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
) as fc.Arbitrary<CallContent>;

describe('whatever the content', () => {
  test('it is within the limits and valid, limiting it again changes nothing, and a cut is told', () => {
    fc.assert(
      fc.property(anyContent, (before) => {
        const { content, inputTruncated, outputTruncated } = limitContent(before);
        expect(bytes(content)).toBeLessThanOrEqual(CALL_BYTES);
        expect(isValid(content), JSON.stringify(isValid.errors)).toBe(true);
        expect(limitContent(content).content).toEqual(content);
        expect(Object.keys(content).toSorted()).toEqual(Object.keys(before).toSorted());
        expect(inputTruncated || outputTruncated || isDeepStrictEqual(content, before)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
