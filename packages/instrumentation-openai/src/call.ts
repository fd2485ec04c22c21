import type { Attributes, Context, Span, SpanStatusCode } from '@opentelemetry/api';
import { events } from '@genvitals/conventions';
import { Attempts } from './attempts.ts';
import type { BilledAmounts, Fold, Usage } from './endpoint.ts';
import { type Failure, reportedFailure, toFailure } from './failure.ts';
import { readFields } from './fields.ts';
import { billedByAnswer, costOf, describeCost, UNKNOWN_COST } from './call-cost.ts';
import { CallContext, callIn } from './call-context.ts';
import type { CallRecord } from './call-lines.ts';
import { CallTimes } from './call-times.ts';
import type { Capture, RecordedContent } from './content/capture.ts';
import { letGo } from './dropped.ts';
import { type NotedCall, type Logger, spanOf } from '@genvitals/context/host';
import type { Recorder } from './recorder.ts';
import type { CallEnd, RequestSeries } from './series.ts';
import { checkUsage, doubtOf, toTokenParts } from './tokens.ts';
import {
  ERROR_KIND,
  ERROR_TYPE,
  FEATURE_NAME,
  FEATURE_SOURCE,
  HTTP_RESPONSE_STATUS_CODE,
  OPENAI_RESPONSE_SERVICE_TIER,
  OUTCOME,
  RESPONSE_ID,
  RESPONSE_MODEL,
  RESPONSE_TIME_TO_FIRST_CHUNK,
  USAGE_MISSING,
} from './keys.ts';

/** The API's enum, without loading the API. */
const ERROR_STATUS = 2 as SpanStatusCode.ERROR;
const details = events.inferenceOperationDetails;
const MS_PER_S = 1000;

/** How a call that got its answer is told; failures come as `Failure`. */
type Outcome = 'success' | 'error' | 'cancelled' | 'incomplete' | 'refused';

/** What the seams know of an answer. */
export interface AnswerShape {
  readonly status?: unknown;
  readonly headers?: unknown;
}

/** The call in whose context the code runs; undefined outside of one. */
export function callOf(context: Context): Call | undefined {
  return callIn(context) as Call | undefined;
}

/**
 * One logical call: retries inside, one span, ended once. The only place where spans are ended, values
 * recorded and events emitted, so that span, metrics, event and line cannot disagree.
 */
export class Call {
  readonly context: Context;
  readonly attempts: Attempts;
  /** Whether the end of something it gave to the app is waited for. */
  isHeld = false;
  /** Its stream's usage was asked for by us, and the app does not get it. */
  isUsageInjected = false;
  /** What an answer is paid by that does not tell it. */
  billedRequest: BilledAmounts | undefined;
  /** What an app that asks for its call is told of it. */
  noted: NotedCall | undefined;
  readonly #recorder: Recorder;
  readonly #series: RequestSeries;
  readonly #span: Span | undefined;
  readonly #attributes: Attributes;
  readonly #parentContext: Context;
  readonly #times = new CallTimes();
  readonly #startEpochMs: number;
  readonly #capture: Capture | undefined;
  #isBeingRead = false;
  #hasEnded = false;

  constructor(
    recorder: Recorder,
    series: RequestSeries,
    span: Span | undefined,
    parent: Context,
    attributes: Attributes,
    startEpochMs: number,
    capture: Capture | undefined,
  ) {
    this.#recorder = recorder;
    this.#series = series;
    this.attempts = new Attempts(series);
    this.#span = span;
    this.context = new CallContext(parent, span, this);
    this.#parentContext = parent;
    this.#attributes = attributes;
    this.#startEpochMs = startEpochMs;
    this.#capture = capture;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get isParsing(): boolean {
    return this.#times.isParsing;
  }

  get isBeingRead(): boolean {
    return this.#isBeingRead;
  }

  get endpoint(): RequestSeries['endpoint'] {
    return this.#series.endpoint;
  }

  /** What gathers the chunks of its stream; undefined where its endpoint has no streams. */
  createFold(): Fold<unknown, unknown> | undefined {
    const fold = this.endpoint.fold?.();
    return fold && (this.#capture?.beside(fold) ?? fold);
  }

  /** The headers of the answer are there. */
  responded(response: AnswerShape | undefined): void {
    this.#times.responded();
    if (this.attempts.count === 0 && typeof response?.status === 'number')
      this.attempts.answered(response.status, response.headers);
  }

  parseStarted(): void {
    this.#times.parseStarted();
  }

  /** The app took an iterator over the stream. */
  readingStarted(): void {
    this.#isBeingRead = true;
  }

  /** A chunk reached the app. */
  chunkArrived(): void {
    this.#times.chunkArrived(this.#recorder.chunkTimes?.[0]?.bounds);
  }

  /** The whole answer is there. */
  succeed(result: unknown): void {
    this.#end(result, undefined, undefined);
  }

  /** @param partial what of the answer had arrived */
  fail(thrown: unknown, partial?: unknown): void {
    if (this.#hasEnded) return;
    const failure = toFailure(thrown);
    // Without a context manager single attempts cannot be told apart; the last one is known by its error.
    if (this.attempts.count === 0) {
      if (failure.status !== undefined) this.attempts.answered(failure.status, failure.headers);
      else if (failure.kind === 'network') this.attempts.failed(thrown);
    }
    this.#end(partial, failure, undefined);
  }

  /** The answer came, and the client could make nothing of it: its own words tell more, where it has any. */
  rejectAnswer(thrown: unknown, answer: unknown): void {
    const { outcome } = this.#recorder.endingOf(this.endpoint, answer);
    if (outcome === 'success') this.fail(thrown, answer);
    else this.succeed(answer);
  }

  /** The app stopped listening: abort, `break`, `return`, or it never read the stream. */
  cancel(partial?: unknown): void {
    this.#end(partial, undefined, 'cancelled');
  }

  /** The app took the raw response, or never asked for the answer: what is known ends with the headers. */
  endAtHeaders(): void {
    this.#end(undefined, undefined, undefined);
  }

  /** The process ends before the call did. */
  abandon(): void {
    if (this.#times.hasResponse && !this.isParsing) this.endAtHeaders();
    else this.cancel();
  }

  /** A stream ended by itself; without the words it should end with, the answer was cut on its way. */
  endReading(fold: Fold<unknown, unknown>): void {
    this.#end(fold.result(), undefined, fold.isComplete() ? undefined : 'incomplete');
  }

  /** A stream stopped early by its reader; it is no cancellation once the provider had said all. */
  stopReading(fold: Fold<unknown, unknown>): void {
    if (fold.isComplete()) this.succeed(fold.result());
    else this.cancel(fold.result());
  }

  #end(result: unknown, failure: Failure | undefined, forced: Outcome | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#recorder.open.delete(this);
    letGo(this);
    try {
      this.#record(result, failure, forced);
    } catch (error) {
      this.#recorder.complain(error);
    }
  }

  #record(result: unknown, thrown: Failure | undefined, forced: Outcome | undefined): void {
    const { endpoint } = this.#series;
    const durationMs = this.#times.durationMs();
    const ending =
      result === undefined || thrown !== undefined ? undefined : this.#recorder.endingOf(endpoint, result);
    const failure =
      thrown ??
      (ending?.outcome === 'error' ? reportedFailure(ending.errorCode, ending.errorStatus) : undefined);
    const outcome: Outcome = failure?.outcome ?? forced ?? ending?.outcome ?? 'success';
    const end = {
      outcome,
      errorKind: outcome === 'error' ? failure?.kind : undefined,
      errorType: outcome === 'error' ? failure?.type : undefined,
    };

    // Two of them: beyond 16 keys V8 makes a slow dictionary of an object.
    const late: Attributes = {};
    const account: Attributes = {};
    this.attempts.describe(account);
    if (result !== undefined) readFields(this.#series.fields.response, result, late);
    const usage = result === undefined ? undefined : checkUsage(this.#recorder.usageOf(endpoint, result));
    const isAnswered = failure === undefined && this.#times.hasResponse;
    const billed = billedByAnswer(endpoint, result) ?? (isAnswered ? this.billedRequest : undefined);
    // Only an answer that is still being made may lack its usage; one that was broken off just lost it.
    const isPending = forced === undefined && ending?.pending === true;
    this.#describe(late, end, failure, usage, isPending || billed !== undefined);

    const feature = this.#recorder.lateFeature(this.#series, this.#parentContext);
    const series = feature === undefined ? this.#series : this.#recorder.seriesOf(this.#series, feature);
    if (feature !== undefined) {
      late[FEATURE_NAME] = feature.name;
      late[FEATURE_SOURCE] = feature.source;
    }
    if (this.noted !== undefined) {
      this.noted.responseId = late[RESPONSE_ID] as string | undefined;
      if (feature !== undefined) this.noted.feature = feature.name;
      if (this.noted.ending !== undefined)
        this.noted.ending.isAnswered = outcome !== 'error' && outcome !== 'cancelled';
    }
    const model = late[RESPONSE_MODEL] as string | undefined;
    const row = series.response(model);
    row.countCall(end);
    const madeLater = this.#recorder.firstUsages.of(series, result);
    const counted = usage ?? madeLater;
    const parts = counted && toTokenParts(counted);
    if (parts !== undefined) row.countTokens(parts);
    if (late[USAGE_MISSING] === true) series.countUsageMissing();
    const cost =
      parts === undefined && billed === undefined
        ? late[USAGE_MISSING] === true && UNKNOWN_COST
        : costOf(
            this.#recorder.prices,
            series,
            { result, model, parts, doubt: counted && doubtOf(counted), billed },
            this.#startEpochMs,
          );
    if (cost) {
      if (madeLater === undefined) describeCost(cost, account);
      row.cost.count(cost, late[OPENAI_RESPONSE_SERVICE_TIER] as string | undefined);
    }

    const content = this.#capture?.end(result);
    if (content !== undefined) Object.assign(late, content.notes);

    const span = this.#span;
    if (span !== undefined) {
      if (span.isRecording()) {
        span.setAttributes(late);
        span.setAttributes(account);
        if (content?.span !== undefined) span.setAttributes(content.span);
        if (end.errorType !== undefined)
          span.setStatus({ code: ERROR_STATUS, message: failure?.description ?? '' });
      }
      span.end(this.#startEpochMs + durationMs);
    }
    const values = {
      end,
      durationMs,
      firstChunkMs: this.#times.firstChunkMs,
      chunkTimes: this.#times.betweenChunks,
      usage,
    };
    this.#recorder.recordValues(endpoint, row, values, this.context);
    this.#tell(late, account, durationMs, failure, content);
  }

  #describe(
    late: Attributes,
    end: CallEnd,
    failure: Failure | undefined,
    usage: Usage | undefined,
    mayLackUsage: boolean,
  ): void {
    const { endpoint } = this.#series;
    late[OUTCOME] = end.outcome;
    if (end.errorType !== undefined && end.errorKind !== undefined) {
      late[ERROR_TYPE] = end.errorType;
      late[ERROR_KIND] = end.errorKind;
      if (failure?.status !== undefined) late[HTTP_RESPONSE_STATUS_CODE] = failure.status;
    }
    const firstChunkMs = this.#times.firstChunkMs;
    if (firstChunkMs !== undefined) late[RESPONSE_TIME_TO_FIRST_CHUNK] = firstChunkMs / MS_PER_S;
    if (usage !== undefined) {
      this.#recorder.describeUsage(usage, late);
    } else if (endpoint.usage !== undefined && this.#times.hasResponse && !mayLackUsage) {
      late[USAGE_MISSING] = true;
    }
  }

  #tell(
    late: Attributes,
    account: Attributes,
    durationMs: number,
    failure: Failure | undefined,
    content: RecordedContent | undefined,
  ): void {
    const { logger, lines } = this.#recorder;
    const judge = this.#recorder.gate.judge;
    if (logger === undefined && lines === undefined && judge === undefined) return;
    const attributes = Object.assign(this.#attributes, late, account);
    const timestamp = this.#startEpochMs + durationMs;
    const tell = (to: Logger, withContent: Readonly<Record<string, unknown>> | undefined): void => {
      to.emit({
        eventName: details.name,
        severityNumber: details.severityNumber,
        severityText: details.severityText,
        timestamp,
        attributes: withContent === undefined ? attributes : { ...attributes, ...withContent },
        context: this.context,
      });
    };
    if (logger !== undefined) tell(logger, content?.event);
    if (judge !== undefined) tell(judge, content?.judge);
    if (lines === undefined) return;
    const spanContext = (this.#span ?? spanOf(this.#parentContext))?.spanContext();
    const record: CallRecord = {
      timestamp,
      traceId: spanContext?.traceId,
      spanId: spanContext?.spanId,
      durationMs,
      firstChunkMs: this.#times.firstChunkMs,
      retries: this.attempts.retries,
      error: failure?.outcome === 'error' ? failure.description : undefined,
      attributes,
    };
    lines.write(record);
  }
}
