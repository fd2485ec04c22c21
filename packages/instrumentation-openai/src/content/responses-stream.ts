import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { AnyValue } from '@genvitals/conventions';
import type { ContentFold, ResponseContent } from '../endpoint.ts';
import { withoutBytes } from './blob.ts';
import { KeptText, shortText, TextRoom } from './kept-text.ts';
import { ANSWER_DETAILS, toPlainData } from './plain-data.ts';
import { readResponsesAnswer } from './responses-content.ts';

/** More items, and more pieces in an item, than a response has; what comes beyond is not followed. */
const MAX_ITEMS = 1024;
const MAX_PIECES = 1024;

type EventType = ResponseStreamEvent['type'];
interface EventShape {
  readonly type?: unknown;
  readonly output_index?: unknown;
  readonly content_index?: unknown;
  readonly summary_index?: unknown;
  readonly delta?: unknown;
  readonly item?: unknown;
  readonly response?: unknown;
}

/** Where the text of a delta belongs in its item. */
interface DeltaRow {
  /** The item's type, where the stream did not tell it. */
  readonly item: string;
  readonly field: string;
  /** Absent where the item itself has the text, and none of its pieces. */
  readonly piece?: { readonly list: 'content' | 'summary'; readonly type: string };
}

const deltas: { readonly [Type in EventType]?: DeltaRow } = {
  'response.output_text.delta': {
    item: 'message',
    field: 'text',
    piece: { list: 'content', type: 'output_text' },
  },
  'response.refusal.delta': {
    item: 'message',
    field: 'refusal',
    piece: { list: 'content', type: 'refusal' },
  },
  'response.reasoning_text.delta': {
    item: 'reasoning',
    field: 'text',
    piece: { list: 'content', type: 'reasoning_text' },
  },
  'response.reasoning_summary_text.delta': {
    item: 'reasoning',
    field: 'text',
    piece: { list: 'summary', type: 'summary_text' },
  },
  'response.function_call_arguments.delta': { item: 'function_call', field: 'arguments' },
  'response.custom_tool_call_input.delta': { item: 'custom_tool_call', field: 'input' },
  'response.mcp_call_arguments.delta': { item: 'mcp_call', field: 'arguments' },
  'response.code_interpreter_call_code.delta': { item: 'code_interpreter_call', field: 'code' },
};

/** What is known of an item before it is done. */
const HEAD = ['type', 'id', 'call_id', 'name', 'server_label', 'role'] as const;

const ENDED: ReadonlySet<unknown> = new Set<EventType>([
  'response.completed',
  'response.incomplete',
  'response.failed',
]);

interface StreamedPiece {
  readonly row: DeltaRow;
  readonly index: number;
  readonly text: KeptText;
}

interface StreamedItem {
  readonly head: Record<string, string>;
  pieces: StreamedPiece[];
  /** The whole item, once it was told and where it fits. */
  whole?: AnyValue;
}

/**
 * Keeps what a streamed response says: the last event has it all, and for streams that break off before, the
 * items and deltas that came, up to 256 Ki characters.
 * @param readEnded what the last event tells
 */
export function foldResponsesContent(
  readEnded: (response: unknown) => ResponseContent = readResponsesAnswer,
): ContentFold<unknown> {
  const room = new TextRoom();
  const items = new Map<number, StreamedItem>();
  let ended: unknown;

  function itemAt(index: unknown, type?: string): StreamedItem | undefined {
    const key = typeof index === 'number' ? index : 0;
    let item = items.get(key);
    if (item === undefined && items.size < MAX_ITEMS) {
      item = { head: type === undefined ? {} : { type }, pieces: [] };
      items.set(key, item);
    }
    return item;
  }

  function begin({ output_index, item }: EventShape): void {
    const streamed = itemAt(output_index);
    if (streamed === undefined || typeof item !== 'object' || item === null) return;
    for (const key of HEAD) {
      const text = shortText((item as Readonly<Record<string, unknown>>)[key]);
      if (text !== undefined) streamed.head[key] = text;
    }
  }

  function extend(row: DeltaRow, event: EventShape): void {
    const item = itemAt(event.output_index, row.item);
    if (item === undefined || item.whole !== undefined) return;
    const given = row.piece?.list === 'summary' ? event.summary_index : event.content_index;
    const index = typeof given === 'number' ? given : 0;
    let piece = item.pieces.find((each) => each.row === row && each.index === index);
    if (piece === undefined) {
      if (item.pieces.length >= MAX_PIECES) return;
      piece = { row, index, text: new KeptText(room) };
      item.pieces.push(piece);
    }
    piece.text.append(event.delta);
  }

  /** The whole item has all its deltas, and tells more. */
  function finish(event: EventShape): void {
    const item = itemAt(event.output_index);
    const whole = withoutBytes(toPlainData(event.item, ANSWER_DETAILS) ?? null);
    if (item === undefined) return;
    begin(event);
    const size = JSON.stringify(whole).length;
    const kept = item.pieces.reduce((sum, { text }) => sum + text.keptLength, 0);
    if (!room.fits(size - kept)) {
      // What came as deltas too is counted already.
      if (item.pieces.length === 0) room.leaveOut(size);
      return;
    }
    room.release(kept);
    room.reserve(size);
    item.whole = whole;
    item.pieces = [];
  }

  function pushEvent(event: EventShape, type: string): void {
    if (type === 'response.output_item.added') begin(event);
    else if (type === 'response.output_item.done') finish(event);
    else if (ENDED.has(type)) ended = event.response;
    else if (Object.hasOwn(deltas, type)) {
      const row = deltas[type as EventType];
      if (row !== undefined) extend(row, event);
    }
  }

  return {
    push(event) {
      try {
        const type = (event as EventShape | null | undefined)?.type;
        if (typeof type === 'string') pushEvent(event as EventShape, type);
      } catch {
        // What an odd event says cannot be read.
      }
    },
    result: () => {
      const answer = ended === undefined ? {} : readEnded(ended);
      if (answer.outputMessages !== undefined) return answer;
      const arrived = readResponsesAnswer({
        // A stream that broke off never said why.
        status: 'in_progress',
        ...(typeof ended === 'object' ? ended : {}),
        output: [...items].toSorted(([a], [b]) => a - b).map(([, item]) => item.whole ?? readPieces(item)),
      });
      return { ...answer, ...arrived };
    },
    leftOutLength: () => (ended === undefined ? room.leftOutLength : 0),
  };
}

/** An item of its deltas, as a whole one would be. */
function readPieces({ head, pieces }: StreamedItem): object {
  const lists: Record<string, object[]> = {};
  const fields: Record<string, unknown> = {};
  for (const { row, text } of pieces.toSorted((a, b) => a.index - b.index)) {
    const value = text.read();
    if (row.piece === undefined) fields[row.field] = value;
    else (lists[row.piece.list] ??= []).push({ type: row.piece.type, [row.field]: value });
  }
  return { ...head, ...lists, ...fields };
}
