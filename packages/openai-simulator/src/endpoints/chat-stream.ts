import type { Answer } from '../answer.ts';
import type { Frame } from '../endpoint.ts';
import type { Generation } from '../generation.ts';
import { ids } from '../ids.ts';
import { toLogprobs } from '../logprobs.ts';
import type { Random } from '../random.ts';
import { doneEvent, toEvent } from '../sse.ts';
import { toCompletionUsage } from '../usage.ts';
import type { ChatRequest } from './chat-request.ts';

/** What every chunk of one answer repeats. */
export interface ChatHead {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly tier: string;
  readonly fingerprint: string | null;
  /** The ids of the tool calls, by choice. */
  readonly callIds: readonly (readonly string[])[];
}

interface Delta {
  readonly delta: Record<string, unknown>;
  readonly tokens: number;
  /** The token this delta shows, where it shows one. */
  readonly token?: string;
}

function* textDeltas(answer: Answer): Generator<Delta> {
  const key = answer.kind === 'refusal' ? 'refusal' : 'content';
  const opening = key === 'content' ? { content: '', refusal: null } : { refusal: '', content: null };
  yield { delta: { role: 'assistant', ...opening }, tokens: answer.reasoningTokens };
  for (const piece of answer.pieces) yield { delta: { [key]: piece }, tokens: 1, token: piece };
}

/** All calls are opened first; then their arguments come in turns, a piece of each. */
function* toolDeltas(answer: Answer, callIds: readonly string[]): Generator<Delta> {
  const { toolCalls } = answer;
  const inArguments = toolCalls.reduce((sum, call) => sum + call.pieces.length, 0);
  const around = answer.outputTokens - answer.reasoningTokens - inArguments;
  yield { delta: { role: 'assistant', content: null, refusal: null }, tokens: answer.reasoningTokens };
  for (const [index, call] of toolCalls.entries()) {
    const opened = {
      index,
      id: callIds[index],
      type: 'function',
      function: { name: call.name, arguments: '' },
    };
    yield { delta: { tool_calls: [opened] }, tokens: index === 0 ? around : 0 };
  }
  const longest = Math.max(0, ...toolCalls.map((call) => call.pieces.length));
  for (let turn = 0; turn < longest; turn += 1) {
    for (const [index, call] of toolCalls.entries()) {
      const piece = call.pieces[turn];
      if (piece === undefined) continue;
      yield { delta: { tool_calls: [{ index, function: { arguments: piece } }] }, tokens: 1 };
    }
  }
}

/** The choices of one answer as chunks: several choices come interleaved, as the API sends them. */
export function* toChatFrames(
  request: ChatRequest,
  head: ChatHead,
  { answers, usage }: Generation,
  random: Random,
  tellsUsage: boolean,
): Generator<Frame> {
  let outputTokens = 0;
  const common = {
    id: head.id,
    object: 'chat.completion.chunk',
    created: head.created,
    model: head.model,
    service_tier: head.tier,
    system_fingerprint: head.fingerprint,
  };
  const toFrame = (choices: readonly unknown[], spent: number, usageField: unknown): Frame => {
    outputTokens += spent;
    const chunk = {
      ...common,
      choices,
      ...(tellsUsage ? { usage: usageField } : {}),
      ...(request.obfuscate ? { obfuscation: ids.obfuscation(random) } : {}),
    };
    return { text: toEvent(chunk), outputTokens };
  };
  const logprobsOf = (answer: Answer, token: string | undefined): unknown => {
    if (request.logprobs === undefined || token === undefined) return null;
    const shown = toLogprobs([token], request.logprobs, random);
    return answer.kind === 'refusal' ? { content: null, refusal: shown } : { content: shown, refusal: null };
  };

  const open = answers.map((answer, index) => ({
    index,
    answer,
    deltas: answer.kind === 'tools' ? toolDeltas(answer, head.callIds[index] ?? []) : textDeltas(answer),
  }));
  while (open.length > 0) {
    for (const choice of open.slice()) {
      const { index, answer, deltas } = choice;
      const step = deltas.next();
      if (step.done === true) {
        open.splice(open.indexOf(choice), 1);
        yield toFrame([{ index, delta: {}, logprobs: null, finish_reason: answer.finish }], 0, null);
        continue;
      }
      const { delta, tokens, token } = step.value;
      const logprobs = logprobsOf(answer, token);
      yield toFrame([{ index, delta, logprobs, finish_reason: null }], tokens, null);
    }
  }
  if (tellsUsage) yield toFrame([], 0, toCompletionUsage(usage));
  yield { text: doneEvent, outputTokens };
}
