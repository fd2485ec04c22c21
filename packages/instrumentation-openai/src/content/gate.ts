import type { Context, Span } from '@opentelemetry/api';
import { type CallContent, isSampled, type OptionValues } from '@genvitals/conventions';
import { type Diagnostics, type Logger, spanOf } from '@genvitals/context/host';
import type { Endpoint } from '../endpoint.ts';
import { getLobby } from '../lobby.ts';
import { Capture, type Takers } from './capture.ts';
import { leaveOutHopeless } from './left-out-messages.ts';
import { limitContent } from './limits.ts';
import { readMask } from './mask-file.ts';
import type { MaskedCall, MaskHook } from './mask-hook.ts';
import { createMasker, maskContent, type MaskPattern } from './masking.ts';

type GateOptions = Pick<OptionValues, 'captureContent' | 'captureFraction' | 'samplingSalt' | 'mask'>;

/** What tells whether a call will be recorded, and by whom. */
export interface Recording {
  readonly span: Span | undefined;
  readonly logger: Logger | undefined;
  readonly parent: Context;
}

function isMessageList(value: unknown): boolean {
  return (
    value === undefined ||
    (Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null))
  );
}

function isContent(value: unknown): value is CallContent {
  if (typeof value !== 'object' || value === null || 'then' in value) return false;
  const { systemInstructions, inputMessages, outputMessages, toolDefinitions } = value as CallContent;
  return (
    [systemInstructions, inputMessages, outputMessages, toolDefinitions].every(isMessageList) &&
    [inputMessages, outputMessages].every(
      (list) => list === undefined || list.every(({ parts }) => isMessageList(parts) && parts !== undefined),
    )
  );
}

/** What would be cut anyway need not be masked. */
function withoutHopeless(content: CallContent): CallContent {
  const { inputMessages } = content;
  return inputMessages === undefined
    ? content
    : { ...content, inputMessages: leaveOutHopeless(inputMessages) };
}

/** The one place that decides on content: whether any leaves the process, to whom, and what is masked and cut first. */
export class ContentGate {
  /** The judge's own log, which takes content whatever else is set. */
  judge: Logger | undefined;
  readonly #options: GateOptions;
  readonly #diagnostics: Diagnostics;
  #patterns: readonly MaskPattern[] | undefined;
  #hasReadPatterns = false;

  constructor(options: GateOptions, diagnostics: Diagnostics) {
    this.#options = options;
    this.#diagnostics = diagnostics;
  }

  /** Whether anybody wants content at all. */
  get isOpen(): boolean {
    return this.#options.captureContent !== 'NO_CONTENT' || this.judge !== undefined;
  }

  /** Takes down what a call was asked with; undefined where nobody would record it. */
  begin(
    endpoint: Endpoint,
    params: unknown,
    call: MaskedCall,
    { span, logger, parent }: Recording,
  ): Capture | undefined {
    const { captureContent } = this.#options;
    if (endpoint.content === undefined || !this.#canMask()) return undefined;
    const takers: Takers = {
      span: captureContent.startsWith('SPAN') && span?.isRecording() === true,
      event: captureContent.includes('EVENT') && logger !== undefined,
      judge: this.judge !== undefined,
    };
    if (!takers.span && !takers.event && !takers.judge) return undefined;
    if (!this.#isTaken((span ?? spanOf(parent))?.spanContext().traceId)) return undefined;
    const { captureFraction } = this.#options;
    return new Capture(endpoint.content, params, takers, {
      probability: captureFraction < 1 ? captureFraction : undefined,
      pass: (content) => this.#pass(content, call),
      fail: (error) => {
        this.#complain(error);
      },
    });
  }

  /** Whether there is what to mask by: with patterns that cannot be read, nothing passes. */
  #canMask(): boolean {
    if (!this.#hasReadPatterns) {
      this.#hasReadPatterns = true;
      const mask = readMask(this.#options.mask);
      if (mask.isUsable) this.#patterns = mask.patterns;
      else this.#diagnostics.warnOnce('mask', mask.problem.message);
    }
    return this.#patterns !== undefined;
  }

  #isTaken(traceId: string | undefined): boolean {
    const { captureFraction, samplingSalt } = this.#options;
    if (captureFraction >= 1) return true;
    return traceId === undefined
      ? Math.random() < captureFraction
      : isSampled(traceId, captureFraction, samplingSalt);
  }

  #pass(content: CallContent, call: MaskedCall): ReturnType<typeof limitContent> {
    const hook = getLobby().maskHook;
    const { mask } = createMasker(this.#patterns ?? []);
    const hooked = hook === undefined ? content : this.#ask(hook, content, call);
    return limitContent(maskContent(withoutHopeless(hooked), mask));
  }

  #ask(hook: MaskHook, content: CallContent, call: MaskedCall): CallContent {
    // A copy: some of it is the app's own objects.
    const masked: unknown = hook(structuredClone(content), call);
    if (isContent(masked)) return masked;
    throw new TypeError(`the mask hook gave ${masked instanceof Promise ? 'a promise' : 'no content'}`);
  }

  #complain(error: unknown): void {
    const reason =
      error instanceof TypeError && error.message.startsWith('the mask hook') ? error.message : 'it threw';
    this.#diagnostics.warnOnce(
      'mask hook',
      `content is left out where it cannot be masked (${reason}): correct the mask hook, which must return the content itself.`,
    );
  }
}
