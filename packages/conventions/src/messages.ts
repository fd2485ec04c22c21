import type { AnyValue } from './attributes/attribute-row.ts';

/**
 * What people and models wrote, in the shapes of the conventions' JSON schemas
 * (semantic-conventions-genai, model/gen-ai/*.json). Further properties are allowed everywhere.
 */
export interface TextPart {
  readonly type: 'text';
  readonly content: string;
}

export interface ReasoningPart {
  readonly type: 'reasoning';
  readonly content: string;
}

export interface ToolCallPart {
  readonly type: 'tool_call';
  readonly name: string;
  readonly id?: string;
  /** An object where the model's JSON can be read, else its text. */
  readonly arguments?: AnyValue;
}

export interface ToolCallResponsePart {
  readonly type: 'tool_call_response';
  readonly id?: string;
  readonly response: AnyValue;
}

/** Pictures, sound and documents that were sent as bytes: never the bytes, but what tells them apart. */
export interface BlobPart {
  readonly type: 'blob';
  readonly modality: string;
  readonly mime_type?: string;
  /** `sha256:` and 64 hex digits of the base64 text, which stands for it. */
  readonly content: string;
  /** Of the base64 text. */
  readonly size_bytes: number;
}

export interface FilePart {
  readonly type: 'file';
  readonly modality: string;
  readonly file_id: string;
}

export interface UriPart {
  readonly type: 'uri';
  readonly modality: string;
  readonly uri: string;
}

/** Anything else, by its own type. */
export interface OtherPart {
  readonly type: string;
  readonly [key: string]: AnyValue;
}

export type MessagePart =
  | TextPart
  | ReasoningPart
  | ToolCallPart
  | ToolCallResponsePart
  | BlobPart
  | FilePart
  | UriPart
  | OtherPart;

export interface Message {
  readonly role: string;
  readonly parts: readonly MessagePart[];
  readonly name?: string;
}

/** One for each choice. */
export interface OutputMessage extends Message {
  readonly finish_reason: string;
}

export interface ToolDefinition {
  readonly type: string;
  readonly name: string;
  readonly description?: string;
  readonly parameters?: AnyValue;
}

/** The content of one call; what it does not have is absent. */
export interface CallContent {
  readonly systemInstructions?: readonly MessagePart[];
  readonly inputMessages?: readonly Message[];
  readonly outputMessages?: readonly OutputMessage[];
  readonly toolDefinitions?: readonly ToolDefinition[];
}
