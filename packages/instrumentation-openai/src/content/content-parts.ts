import type {
  ChatCompletionContentPart,
  ChatCompletionContentPartRefusal,
} from 'openai/resources/chat/completions';
import type { ResponseContent } from 'openai/resources/responses/responses';
import type { AnyValue, MessagePart } from '@genvitals/conventions';
import { blobPart, mediaPart } from './blob.ts';
import { readJson } from './json-text.ts';
import { otherPart, reasoningPart, refusalPart, textPart } from './parts.ts';
import { asText, isRecord, listOf, type PlainRecord, textIn } from './plain-data.ts';

/** The pieces that a message's content may have, in chat and in responses. */
type PieceType =
  | ChatCompletionContentPart['type']
  | ChatCompletionContentPartRefusal['type']
  | ResponseContent['type']
  | 'summary_text'
  | 'computer_screenshot';

type PieceReader = (piece: PlainRecord) => MessagePart;

const image: PieceReader = (piece) => attachment(piece, 'image', 'image_url');
const file: PieceReader = (piece) => attachment(piece, 'document', 'file_url');
const text: PieceReader = (piece) => textPart(piece['text']);
const reasoning: PieceReader = (piece) => reasoningPart(piece['text']);

/** A new kind of piece in openai is a compile error here until it has its row. */
const pieces: Readonly<Record<PieceType, PieceReader>> = {
  text,
  input_text: text,
  output_text: text,
  reasoning_text: reasoning,
  summary_text: reasoning,
  refusal: (piece) => refusalPart(piece['refusal']),
  image_url: (piece) => {
    const given = piece['image_url'];
    return attachment(
      isRecord(given) ? { ...piece, image_url: given['url'] ?? null } : piece,
      'image',
      'image_url',
    );
  },
  input_image: image,
  computer_screenshot: image,
  input_audio: (piece) => {
    const audio = piece['input_audio'];
    if (!isRecord(audio)) return otherPart(piece);
    const format = textIn(audio, 'format');
    return blobPart(asText(audio['data']), 'audio', format && `audio/${format}`);
  },
  file: (piece) => file(isRecord(piece['file']) ? piece['file'] : piece),
  input_file: file,
};

/** What a piece holds or names: bytes, a file of the provider, or a URL. */
function attachment(piece: PlainRecord, modality: string, urlKey: string): MessagePart {
  const filename = textIn(piece, 'filename');
  const named = filename === undefined ? {} : { filename };
  const data = textIn(piece, 'file_data');
  if (data !== undefined) return { ...blobPart(data, modality), ...named };
  const id = textIn(piece, 'file_id');
  if (id !== undefined) return { type: 'file', modality, file_id: id, ...named };
  const url = textIn(piece, urlKey);
  return url === undefined ? otherPart(piece) : { ...mediaPart(url, modality), ...named };
}

function readPiece(piece: AnyValue): MessagePart {
  if (!isRecord(piece)) return textPart(piece);
  const type = piece['type'];
  const read =
    typeof type === 'string' && Object.hasOwn(pieces, type) ? pieces[type as PieceType] : otherPart;
  return read(piece);
}

/** A message's content: a text, or a list of pieces. */
export function readContent(content: AnyValue | undefined): MessagePart[] {
  if (content === undefined || content === null || content === '') return [];
  return Array.isArray(content) ? listOf(content).map(readPiece) : [readPiece(content)];
}

/** What a tool answered: its JSON or text, or its parts where it gave several or other than text. */
export function readToolResult(content: AnyValue | undefined): AnyValue {
  if (content === undefined || content === null) return null;
  if (typeof content === 'string') return readJson(content);
  const parts = readContent(content);
  const [only] = parts;
  if (parts.length === 1 && only?.type === 'text') return readJson(asText((only as PlainRecord)['content']));
  return parts as AnyValue;
}
