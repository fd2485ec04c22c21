import type { Attributes, Context, Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { classOfError, describeFault } from './fault.ts';
import { attributes as ledger, type EventName } from '@genvitals/conventions';
import { type Attribution, attributionIn } from './attribution.ts';
import type { ContentPassage, ContentValues, PassedContent } from './content-passage.ts';
import { activeContext, isTracingSuppressed, runIn, SPAN_KEY } from './otel.ts';
import { processSlot } from './process-slot.ts';
import { checkWork, type Ended, runToEnd } from './run-to-end.ts';
import { settings } from './settings.ts';
import { emitApart, UNSET } from './signals.ts';
import { currentTracer, prepareForWords } from './with-context.ts';

/** The API's enums, without loading the API. */
export const INTERNAL_KIND = 0 as SpanKind.INTERNAL;
export const CLIENT_KIND = 2 as SpanKind.CLIENT;
const ERROR_STATUS = 2 as SpanStatusCode.ERROR;

const ERROR_TYPE = ledger.errorType.key;
const OPERATION_NAME = ledger.operationName.key;

/** What was asked and found in a step: for nobody but who takes content. */
export interface StepDetails {
  readonly event: EventName;
  /** Read as the step begins. @param copy of what the app may go on to change */
  given(copy: (value: unknown) => unknown): ContentValues;
  found(result: unknown): ContentValues['values'];
}

/** A step of the app's work around its calls, as the app describes it. */
export interface StepPlan {
  readonly operation: string;
  /** What it is done with: the second word of the span's name. */
  readonly target: string | undefined;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  /** What all inside of it finds in its context. */
  readonly carried?: readonly [key: symbol, value: unknown];
  readonly details?: StepDetails;
}

/** A step at work. */
interface Step {
  readonly plan: StepPlan;
  /** Undefined where nobody records spans. */
  readonly span: Span | undefined;
  readonly context: Context;
  readonly attribution: Attribution | undefined;
  readonly attributes: Attributes;
  readonly gate: ContentPassage | undefined;
  readonly given: ContentValues | undefined;
}

/** Low-cardinality: the name of the error's class, as the conventions ask. */
function errorTypeOf(error: unknown): string {
  const name = error instanceof Error ? classOfError(error) : '';
  return /^\w{1,64}$/.test(name) ? name : '_OTHER';
}

function begin(plan: StepPlan, parent: Context): Step {
  const { operation, target, kind, carried, details } = plan;
  const attribution = attributionIn(parent);
  const attributes = { [OPERATION_NAME]: operation, ...plan.attributes, ...attribution?.attributes };
  const { content } = processSlot().host;
  const gate = details !== undefined && content?.isOpen() === true ? content : undefined;
  const given = gate && details?.given((value) => gate.copy(value));
  const name = target === undefined ? operation : `${operation} ${target}`;
  const span = currentTracer()?.startSpan(name, { kind, attributes }, parent);
  const inside = span === undefined ? parent : parent.setValue(SPAN_KEY, span);
  const context = carried === undefined ? inside : inside.setValue(...carried);
  return { plan, span, context, attribution, attributes, gate, given };
}

/** A fault of what the app gave, or of ours: said once, and the app goes on. */
function complain(operation: string, error: unknown): void {
  const { diagnostics } = settings();
  diagnostics.warnOnce(`step ${operation}`, `a step is not recorded (${operation}): ${describeFault(error)}`);
}

function contentOf(
  { plan, span, context, attribution, gate, given }: Step,
  ended: Ended,
): PassedContent | undefined {
  if (gate === undefined) return undefined;
  const found = 'result' in ended ? plan.details?.found(ended.result) : undefined;
  return gate.pass(
    { ...given, values: { ...given?.values, ...found } },
    { operation: plan.operation, feature: attribution?.feature ?? UNSET, span, context },
  );
}

function record(step: Step, ended: Ended): void {
  const { plan, span, context } = step;
  const failure: Attributes = 'error' in ended ? { [ERROR_TYPE]: errorTypeOf(ended.error) } : {};
  const content = contentOf(step, ended);
  if (span?.isRecording() === true) {
    span.setAttributes({ ...failure, ...content?.span });
    // An error's message may say what nobody asked to be recorded.
    if ('error' in ended) span.setStatus({ code: ERROR_STATUS, message: String(failure[ERROR_TYPE]) });
  }
  if (plan.details === undefined || content === undefined) return;
  const known = { ...step.attributes, ...failure };
  emitApart(
    plan.details.event,
    {
      logs: content.event && { ...known, ...content.event },
      judge: content.judge && { ...known, ...content.judge },
    },
    context,
  );
}

/**
 * Runs `fn` as a step with a span of its own, and what it does inside of that. Gives back just what `fn` gives, and
 * throws just what it throws; a step ends when `withContext` would. Where tracing is suppressed, `fn` runs and
 * nothing is recorded.
 * @param plan reads what the app gave; where it throws, `fn` runs and the fault is said once
 */
export function runStep<Result>(
  operation: string,
  plan: (operation: string, parent: Context) => StepPlan,
  fn: () => Result,
): Result {
  checkWork(fn, operation);
  let step: Step | undefined;
  try {
    prepareForWords();
    const parent = activeContext();
    if (!isTracingSuppressed(parent)) step = begin(plan(operation, parent), parent);
  } catch (error) {
    complain(operation, error);
  }
  if (step === undefined) return fn();
  const begun = step;
  return runToEnd(
    fn,
    (run) => runIn(begun.context, run, undefined, []),
    (ended) => {
      try {
        try {
          record(begun, ended);
        } finally {
          begun.span?.end();
        }
      } catch (error) {
        complain(operation, error);
      }
    },
  );
}
