import type { AttributeName, AttributeValue, CallContent } from '@genvitals/conventions';

/** How to read attributes off an object. `null` and `undefined` mean that the attribute is absent. */
export type Readers<Source> = {
  readonly [Name in AttributeName]?: (source: Source) => AttributeValue<Name> | null | undefined;
};

/** Token counts as a response states them. Cached, cache-written, audio and image are parts of the totals. */
export interface Usage {
  readonly input: number;
  /** Absent where the operation has none; no count where the answer should have had one. */
  readonly output?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly reasoning?: number | undefined;
  readonly audioInput?: number | undefined;
  readonly audioOutput?: number | undefined;
  readonly imageInput?: number | undefined;
  readonly imageOutput?: number | undefined;
}

/** What prices count beside tokens; what a call has nothing of is undefined. */
export interface BilledAmounts {
  /** Of a recording. */
  readonly audioSeconds?: number | undefined;
  /** Of a text. */
  readonly characters?: number | undefined;
}

/** What was asked for by an earlier call, or by none, and is finished now. */
export interface MadeLater {
  /** Of the thing that was made, the same in each answer that brings it. */
  readonly id: string;
  readonly usage: Usage | undefined;
}

/** How an answer that arrived whole ended, by its own words. */
export interface Ending {
  readonly outcome: 'success' | 'incomplete' | 'refused' | 'error';
  /** The provider's error code, where the answer itself reports a failure. */
  readonly errorCode?: string | undefined;
  /** The HTTP status that the error tells of: a server's behind a gateway, whose own was one of success. */
  readonly errorStatus?: number | undefined;
  /** The answer is still being made (background responses): it has no usage yet. */
  readonly pending?: boolean;
}

/** Gathers the chunks of a stream into what the readers of an unstreamed answer can read. */
export interface Fold<Chunk, Result> {
  push(chunk: Chunk): void;
  /** The answer so far; undefined before anything that names it arrived. */
  result(): Result | undefined;
  /** All that the provider had to say has arrived: stopping here is no cancellation. */
  isComplete(): boolean;
}

/** How a stream's usage is asked for, where it is sent to those alone who ask. */
export interface StreamUsage<Params, Chunk> {
  /** The parameters with the usage asked for; undefined where they say something of it, or ask for no stream. */
  readonly ask: (params: Params) => object | undefined;
  /** Takes off a chunk what came by asking. @returns whether the app would have got the chunk */
  readonly strip: (chunk: Chunk) => boolean;
}

/** What the model answered; a stored answer tells some of its request too. */
export type ResponseContent = Omit<CallContent, 'inputMessages'>;

/** What was sent to it. */
export type RequestContent = Omit<CallContent, 'outputMessages'>;

/** Gathers what the model wrote from the chunks of a stream, up to a limit. */
export interface ContentFold<Chunk> {
  push(chunk: Chunk): void;
  /** What has arrived so far; may be asked for again. */
  result(): ResponseContent;
  /** UTF-16 units of text that came and were not kept. */
  leftOutLength(): number;
}

/**
 * How to read what people and models wrote. Readers survive values of any type; what they give is plain data,
 * valid by the schemas of the conventions and bounded in all but the length of its texts.
 */
export interface ContentReaders<Params, Result, Chunk> {
  readonly request: (params: Params) => RequestContent;
  readonly response?: (result: Result) => ResponseContent;
  readonly fold?: () => ContentFold<Chunk>;
}

/** Everything the instrumentation knows about one operation of the API. */
export interface EndpointSpec<Params, Result, Chunk> {
  /** Ledger name of the endpoint, for docs and tests. */
  readonly name: string;
  readonly method: 'get' | 'post';
  /** Path below the base URL; `{id}` stands for one segment, and there is one at most. */
  readonly path: string;
  /** Where the method lives on the client, for the per-method fallback. */
  readonly resource: string;
  /** The conventions' name, or one of our own where they have none. */
  readonly operation:
    | 'chat'
    | 'embeddings'
    | 'text_completion'
    | 'fetch_response'
    | 'cancel_response'
    | 'fetch_batch'
    | 'retrieval'
    | 'image_generation'
    | 'transcription'
    | 'speech'
    | 'moderation'
    | 'compaction';
  /** Inference operations have metrics of their own in the latest conventions. */
  readonly isInference: boolean;
  readonly request: Readers<Params>;
  readonly response: Readers<Result>;
  /** Undefined where the operation never has a usage of its own. */
  readonly usage?: (result: Result) => Usage | undefined;
  /** What the answer is paid by where that is no usage. */
  readonly billedAnswer?: (result: Result) => BilledAmounts | undefined;
  /** What an answer is paid by that does not tell it; empty where it is each request, or where there is no price. */
  readonly billedRequest?: (params: Params) => BilledAmounts | undefined;
  /** How the answer says that it was served; prices differ by it. */
  readonly servedTier?: (result: Result) => string | null | undefined;
  /** How often each of the provider's own tools ran, by the names that prices have for them. */
  readonly toolCalls?: (result: Result) => Readonly<Record<string, number>> | undefined;
  /**
   * Something that is finished after the call that asked for it. Its usage is counted with the answer that brings it
   * first; the span has none where the operation has no usage of its own.
   */
  readonly madeLater?: (result: Result) => MadeLater | undefined;
  readonly ending?: (result: Result) => Ending;
  /** The app's own id of the person whom it asks for. */
  readonly endUser?: (params: Params) => unknown;
  /** The app's instructions to the model, never the user's words; what the prompt hash is made of. */
  readonly promptText?: (params: Params) => string | undefined;
  readonly fold?: () => Fold<Chunk, Result>;
  readonly streamUsage?: StreamUsage<Params, Chunk>;
  /** Read only where content is asked for. */
  readonly content?: ContentReaders<Params, Result, Chunk>;
}

/** An endpoint whose types were checked against one another at its row, and may now be forgotten. */
export type Endpoint = EndpointSpec<unknown, unknown, unknown>;

/** Describes one operation. The compiler rejects a reader of a wrong attribute, type or parameter. */
export function defineEndpoint<Params, Result, Chunk = never>(
  spec: EndpointSpec<Params, Result, Chunk>,
): Endpoint {
  return spec as Endpoint;
}
