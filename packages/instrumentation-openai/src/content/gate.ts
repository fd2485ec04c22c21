import type { Context, Span } from '@opentelemetry/api';
import { type CallContent, isSampled, type OptionValues } from '@genvitals/conventions';
import {
  type ContentCase,
  type ContentPassage,
  type ContentValues,
  type Diagnostics,
  type Logger,
  type PassedContent,
  spanOf,
} from '@genvitals/context/host';
import type { Endpoint } from '../endpoint.ts';
import { SAMPLING_PROBABILITY } from '../keys.ts';
import { getLobby } from '../lobby.ts';
import { Capture, type Takers, toJson } from './capture.ts';
import { leaveOutHopeless } from './left-out-messages.ts';
import { limitContent } from './limits.ts';
import { limitValues } from './limit-values.ts';
import { readMask } from './mask-file.ts';
import type { MaskedCall, MaskHook } from './mask-hook.ts';
import { createMasker, maskContent, maskValue, type MaskPattern } from './masking.ts';
import { toPlainData } from './plain-data.ts';
import { fromMessages, readValues, toMessages } from './value-messages.ts';

type GateOptions = Pick<OptionValues, 'captureContent' | 'captureFraction' | 'samplingSalt' | 'mask'>;

/** What tells whether a call will be recorded, and by whom. */
export interface Recording {
  readonly span: Span | undefined;
  readonly logger: Logger | undefined;
  readonly parent: Context;
}

/** What came of a mask hook; its words are ours, where those of all other errors may quote content. */
class NoContent extends TypeError {}

function isOurs(error: unknown): error is NoContent {
  try {
    return error instanceof NoContent;
  } catch {
    return false;
  }
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
export class ContentGate implements ContentPassage {
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
  isOpen(): boolean {
    return this.#options.captureContent !== 'NO_CONTENT' || this.judge !== undefined;
  }

  /** Takes down what a call was asked with; undefined where nobody would record it. */
  begin(
    endpoint: Endpoint,
    params: unknown,
    call: MaskedCall,
    { span, logger, parent }: Recording,
  ): Capture | undefined {
    if (endpoint.content === undefined) return undefined;
    const takers = this.#takersOf(span, parent, logger !== undefined);
    if (takers === undefined) return undefined;
    return new Capture(endpoint.content, params, takers, {
      probability: this.#probability,
      pass: (content) => this.#pass(content, call),
      fail: (error) => {
        this.#complain(error);
      },
    });
  }

  copy(value: unknown): unknown {
    return (toPlainData({ value }) as { readonly value?: unknown }).value;
  }

  /** Content that is said beside calls: what was looked up, what a tool was given, what a person commented. */
  pass(content: ContentValues, of: ContentCase): PassedContent | undefined {
    try {
      const { operation, feature, span, context } = of;
      const takers = this.isOpen() ? this.#takersOf(span, context, true) : undefined;
      if (takers === undefined) return undefined;
      const asked = readValues(content);
      const hook = getLobby().maskHook;
      const call = { operation, model: undefined, feature };
      const hooked =
        hook === undefined ? asked : fromMessages(this.#ask(hook, toMessages(asked), call), asked);
      const { mask } = createMasker(this.#patterns ?? []);
      const passed = limitValues(maskValue(hooked, mask) as typeof hooked);
      if (Object.keys(passed).length === 0) return undefined;
      const notes = this.#probability === undefined ? {} : { [SAMPLING_PROBABILITY]: this.#probability };
      return {
        span: takers.span ? { ...toJson(passed), ...notes } : undefined,
        event: takers.event ? { ...passed, ...notes } : undefined,
        judge: takers.judge ? { ...passed, ...notes } : undefined,
      };
    } catch (error) {
      this.#complain(error);
      return undefined;
    }
  }

  /** Of how many traces content is taken at all, where not of every one. */
  get #probability(): number | undefined {
    const { captureFraction } = this.#options;
    return captureFraction < 1 ? captureFraction : undefined;
  }

  /** Who takes content; undefined where nobody does. */
  #takersOf(span: Span | undefined, context: Context, hasLog: boolean): Takers | undefined {
    if (!this.#canMask()) return undefined;
    const { captureContent } = this.#options;
    const takers: Takers = {
      span: captureContent.startsWith('SPAN') && span?.isRecording() === true,
      event: captureContent.includes('EVENT') && hasLog,
      judge: this.judge !== undefined,
    };
    if (!takers.span && !takers.event && !takers.judge) return undefined;
    return this.#isTaken((span ?? spanOf(context))?.spanContext().traceId) ? takers : undefined;
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
    const isPromise = masked instanceof Promise;
    // Nobody else waits for it: failing, it would end the process.
    if (isPromise) masked.catch(() => undefined);
    throw new NoContent(`the mask hook gave ${isPromise ? 'a promise' : 'no content'}`);
  }

  #complain(error: unknown): void {
    const reason = isOurs(error) ? error.message : 'it threw';
    this.#diagnostics.warnOnce(
      'mask hook',
      `content is left out where it cannot be masked (${reason}): correct the mask hook, which must return the content itself.`,
    );
  }
}
