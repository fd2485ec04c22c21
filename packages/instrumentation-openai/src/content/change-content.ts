import type {
  CallContent,
  Message,
  MessagePart,
  OutputMessage,
  ToolDefinition,
} from '@genvitals/conventions';

/** What becomes of each list of a call's content. */
export interface ContentChanges {
  readonly parts: (parts: readonly MessagePart[]) => readonly MessagePart[];
  readonly input: (messages: readonly Message[]) => readonly Message[];
  readonly output: (messages: readonly OutputMessage[]) => readonly OutputMessage[];
  readonly tools: (tools: readonly ToolDefinition[]) => readonly ToolDefinition[];
}

/** New content of the changed lists; what is absent stays absent. */
export function changeContent(
  { systemInstructions, inputMessages, outputMessages, toolDefinitions }: CallContent,
  { parts, input, output, tools }: ContentChanges,
): CallContent {
  return {
    ...(systemInstructions && { systemInstructions: parts(systemInstructions) }),
    ...(inputMessages && { inputMessages: input(inputMessages) }),
    ...(outputMessages && { outputMessages: output(outputMessages) }),
    ...(toolDefinitions && { toolDefinitions: tools(toolDefinitions) }),
  };
}
