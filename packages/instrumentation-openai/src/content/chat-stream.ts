import type { ContentFold } from '../endpoint.ts';
import { MAX_CHOICES } from '../endpoints/choices.ts';
import { textOf } from '../endpoints/request.ts';
import { readChatResponse } from './chat-content.ts';
import { KeptText, shortText, TextRoom } from './kept-text.ts';

/** OpenAI's API gives no more; what a server sends beyond is not followed. */
const MAX_TOOL_CALLS = 128;

/** A chunk's fields, of which each may be of any type. */
type Untyped<Fields extends string> = { readonly [Field in Fields]?: unknown } | null | undefined;
type Chunk = Untyped<'choices'>;
type ChunkChoice = Untyped<'index' | 'delta' | 'message' | 'finish_reason'>;
type Delta = Untyped<
  | 'role'
  | 'content'
  | 'refusal'
  | 'reasoning_content'
  | 'reasoning'
  | 'audio'
  | 'tool_calls'
  | 'function_call'
>;
type CallPiece = Untyped<'index' | 'id' | 'function' | 'custom'>;
type NamedPiece = Untyped<'name' | 'arguments' | 'input'>;

interface StreamedCall {
  readonly index: unknown;
  id: string | undefined;
  name: string | undefined;
  isCustom: boolean;
  readonly given: KeptText;
}

/** One choice as it grows. */
class StreamedChoice {
  readonly index: number;
  readonly #room: TextRoom;
  readonly #content: KeptText;
  readonly #reasoning: KeptText;
  readonly #refusal: KeptText;
  readonly #transcript: KeptText;
  readonly #calls: StreamedCall[] = [];
  #functionCall: StreamedCall | undefined;
  #role: string | undefined;
  #audioId: string | undefined;
  #finishReason: string | undefined;

  constructor(index: number, room: TextRoom) {
    this.index = index;
    this.#room = room;
    this.#content = new KeptText(room);
    this.#reasoning = new KeptText(room);
    this.#refusal = new KeptText(room);
    this.#transcript = new KeptText(room);
  }

  push(choice: ChunkChoice): void {
    this.#finishReason = shortText(choice?.finish_reason) ?? this.#finishReason;
    // Some servers send the whole message in a last chunk.
    const delta = (choice?.delta ?? choice?.message) as Delta;
    if (typeof delta !== 'object' || delta === null) return;
    this.#role = shortText(delta.role) ?? this.#role;
    // Mistral's is a list of pieces.
    this.#content.append(Array.isArray(delta.content) ? textOf(delta.content) : delta.content);
    // Compatible servers have either name, and some both.
    this.#reasoning.append(delta.reasoning_content ?? delta.reasoning);
    this.#refusal.append(delta.refusal);
    const audio = delta.audio as Untyped<'id' | 'transcript'>;
    if (audio !== undefined && audio !== null) {
      this.#audioId = shortText(audio.id) ?? this.#audioId;
      this.#transcript.append(audio.transcript);
    }
    if (Array.isArray(delta.tool_calls))
      for (const piece of delta.tool_calls) this.#pushCall(piece as CallPiece);
    const functionCall = delta.function_call as NamedPiece;
    if (typeof functionCall === 'object' && functionCall !== null) {
      this.#functionCall ??= this.#createCall(undefined);
      extend(this.#functionCall, functionCall);
    }
  }

  #pushCall(piece: CallPiece): void {
    if (typeof piece !== 'object' || piece === null) return;
    const id = shortText(piece.id);
    const call = this.#callOf(piece.index, id);
    if (call === undefined) return;
    call.id ??= id;
    if (piece.custom !== undefined) call.isCustom = true;
    extend(call, (piece.function ?? piece.custom) as NamedPiece);
  }

  /** Calls come interleaved by their index; some servers send none, or the same for all, and only ids differ. */
  #callOf(index: unknown, id: string | undefined): StreamedCall | undefined {
    const known =
      typeof index === 'number' ? this.#calls.findLast((call) => call.index === index) : this.#calls.at(-1);
    const isSame = known !== undefined && (id === undefined || known.id === undefined || known.id === id);
    if (isSame) return known;
    const byId = id === undefined ? undefined : this.#calls.find((call) => call.id === id);
    if (byId !== undefined || this.#calls.length >= MAX_TOOL_CALLS) return byId;
    const call = this.#createCall(index);
    this.#calls.push(call);
    return call;
  }

  #createCall(index: unknown): StreamedCall {
    return { index, id: undefined, name: undefined, isCustom: false, given: new KeptText(this.#room) };
  }

  /** The choice as an unstreamed answer has it. */
  read(): object {
    const isSpoken = this.#audioId !== undefined || this.#transcript.read() !== undefined;
    return {
      finish_reason: this.#finishReason,
      message: {
        role: this.#role ?? 'assistant',
        content: this.#content.read(),
        refusal: this.#refusal.read(),
        reasoning_content: this.#reasoning.read(),
        audio: isSpoken ? { id: this.#audioId, transcript: this.#transcript.read() } : undefined,
        tool_calls: this.#calls.map(({ id, name, isCustom, given }) =>
          isCustom
            ? { id, custom: { name, input: given.read() } }
            : { id, function: { name, arguments: given.read() } },
        ),
        function_call: this.#functionCall && {
          name: this.#functionCall.name,
          arguments: this.#functionCall.given.read(),
        },
      },
    };
  }
}

function extend(call: StreamedCall, piece: NamedPiece): void {
  if (typeof piece !== 'object' || piece === null) return;
  call.name ??= shortText(piece.name);
  call.given.append(piece.arguments ?? piece.input);
}

/**
 * Assembles the choices of a streamed chat completion with all that they say, up to 256 Ki characters. The
 * bytes of spoken answers are not kept: their id and transcript are.
 */
export function foldChatContent(): ContentFold<unknown> {
  const room = new TextRoom();
  const choices: StreamedChoice[] = [];

  function choiceAt(index: number): StreamedChoice | undefined {
    for (const choice of choices) if (choice.index === index) return choice;
    if (choices.length >= MAX_CHOICES) return undefined;
    const born = new StreamedChoice(index, room);
    choices.push(born);
    return born;
  }

  function pushParts(parts: unknown): void {
    if (!Array.isArray(parts)) return;
    for (const part of parts as readonly ChunkChoice[]) {
      if (typeof part !== 'object' || part === null) continue;
      choiceAt(typeof part.index === 'number' ? part.index : 0)?.push(part);
    }
  }

  return {
    push(chunk) {
      try {
        pushParts((chunk as Chunk)?.choices);
      } catch {
        // What an odd chunk says cannot be read.
      }
    },
    result: () =>
      readChatResponse({
        choices: choices.toSorted((a, b) => a.index - b.index).map((choice) => choice.read()),
      }),
    leftOutLength: () => room.leftOutLength,
  };
}
