import type { OutputMessage } from '@genvitals/conventions';
import type { ContentFold, RequestContent, ResponseContent } from '../endpoint.ts';
import { finishReasons, MAX_CHOICES } from '../endpoints/choices.ts';
import { readContent } from './content-parts.ts';
import { KeptText, shortText, TextRoom } from './kept-text.ts';
import { ANSWER_DETAILS, fieldOf, isRecord, listOf, toPlainData } from './plain-data.ts';
import { readPlainTexts } from './plain-texts.ts';
import { toFinishReason } from './roles.ts';

/** What a legacy completion was asked to continue, and what is to follow it. */
export function readCompletionRequest(params: unknown): RequestContent {
  const suffix = fieldOf(params, 'suffix');
  const inputMessages = readPlainTexts(fieldOf(params, 'prompt'));
  if (typeof suffix === 'string' && suffix !== '')
    inputMessages.push({ role: 'user', parts: [{ type: 'suffix', content: suffix }] });
  return inputMessages.length > 0 ? { inputMessages } : {};
}

/** What a legacy completion answered: one message a choice. */
export function readCompletionResponse(result: unknown): ResponseContent {
  const choices = listOf(toPlainData(fieldOf(result, 'choices'), ANSWER_DETAILS));
  if (choices.length === 0) return {};
  const reasons = finishReasons({ choices: choices as never }) ?? [];
  return {
    outputMessages: choices.map((choice, index): OutputMessage => ({
      role: 'assistant',
      parts: readContent(isRecord(choice) ? choice['text'] : choice),
      finish_reason: toFinishReason(reasons[index]),
    })),
  };
}

interface StreamedText {
  readonly index: number;
  readonly text: KeptText;
  finishReason: string | undefined;
}

/** Assembles the choices of a streamed legacy completion, up to 256 Ki characters. */
export function foldCompletionContent(): ContentFold<unknown> {
  const room = new TextRoom();
  const choices: StreamedText[] = [];

  function choiceAt(index: number): StreamedText | undefined {
    const known = choices.find((choice) => choice.index === index);
    if (known !== undefined || choices.length >= MAX_CHOICES) return known;
    const born = { index, text: new KeptText(room), finishReason: undefined };
    choices.push(born);
    return born;
  }

  return {
    push(chunk) {
      const parts = fieldOf(chunk, 'choices');
      if (!Array.isArray(parts)) return;
      for (const part of parts) {
        const index = fieldOf(part, 'index');
        const choice = choiceAt(typeof index === 'number' ? index : 0);
        if (choice === undefined) continue;
        choice.text.append(fieldOf(part, 'text'));
        choice.finishReason = shortText(fieldOf(part, 'finish_reason')) ?? choice.finishReason;
      }
    },
    result: () =>
      readCompletionResponse({
        choices: choices
          .toSorted((a, b) => a.index - b.index)
          .map(({ text, finishReason }) => ({ text: text.read(), finish_reason: finishReason })),
      }),
    leftOutLength: () => room.leftOutLength,
  };
}
