import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { checkKey } from './api-keys.ts';
import type { CallRecord } from './counts.ts';
import type { CallContext, Endpoint, Reply, Surroundings, Work } from './endpoint.ts';
import { apiErrors } from './errors.ts';
import { type Exchange, toApiError } from './exchange.ts';
import type { Fault } from './faults.ts';
import type { FaultQueue } from './fault-queue.ts';
import type { IncidentSchedule } from './incident-schedule.ts';
import { type JsonObject, textAt } from './json.ts';
import { type CallTimes, createCallTimes } from './latency.ts';
import { findModel } from './models.ts';
import { type Random, createRandom } from './random.ts';
import type { RateLimits } from './rate-limits.ts';
import { type Usage, noUsage } from './usage.ts';

/** What calls share. */
export interface CallShare extends Surroundings {
  readonly latencyScale: number;
  readonly incidents: IncidentSchedule;
  readonly faults: FaultQueue;
  readonly rateLimits: RateLimits;
}

/** The tokens of a reply that are out when it breaks. */
function usageUntil(usage: Usage, outputTokens: number): Usage {
  return { ...usage, output: outputTokens, reasoning: Math.min(usage.reasoning, outputTokens) };
}

/** Sends an answer in one piece, or what its fault leaves of it. */
async function sendPlain(
  exchange: Exchange,
  reply: Reply,
  fault: Fault | undefined,
  record: CallRecord,
): Promise<void> {
  if (fault?.event !== undefined) {
    record.failed(noUsage);
    if (fault.event === 'failed' && reply.failedBody !== undefined) exchange.sendJson(200, reply.failedBody);
    else exchange.sendJson(500, apiErrors.serverError().body);
    return;
  }
  if (fault?.cut === 'middle' || fault?.garble === true) {
    const text = JSON.stringify(reply.body);
    const half = text.slice(0, text.length >> 1);
    record.failed(reply.usage);
    exchange.sendPart(half, Buffer.byteLength(fault.garble === true ? half : text));
    if (fault.garble === true) exchange.end();
    else exchange.cut();
    return;
  }
  record.answered(reply.usage, reply.tellsUsage);
  const { tellsLater } = reply;
  if (tellsLater !== undefined) tellsLater.tellUsage = () => record.toldLater(reply.usage);
  exchange.sendJson(200, reply.body, reply.headers);
}

/** Where the middle of a stream is, in tokens: half of what comes after the reasoning. */
function middleOf(usage: Usage): number {
  return usage.reasoning + Math.ceil((usage.output - usage.reasoning) / 2);
}

/** What a fault makes of the piece in the middle of a stream, and how the stream ends after it. */
function breakingFrames(text: string, reply: Reply, fault: Fault): readonly string[] {
  if (fault.garble === true) return [`${text.slice(0, text.length >> 1)}\n\n`];
  return fault.event === undefined ? [text] : [text, reply.errorFrame(fault.event)];
}

function breaksStream(fault: Fault | undefined): fault is Fault {
  return fault?.garble === true || fault?.cut === 'middle' || fault?.event !== undefined;
}

async function sendStream(
  exchange: Exchange,
  reply: Reply,
  { fault }: CallContext,
  times: CallTimes,
  record: CallRecord,
): Promise<void> {
  const middle = middleOf(reply.usage);
  let out = reply.usage.reasoning;
  // One piece is held back: the last one is sent after the call has been counted as answered.
  let held: string | undefined;
  exchange.startStream(reply.headers);
  try {
    for (const frame of reply.frames ?? []) {
      if (held !== undefined) await exchange.write(held);
      await exchange.sleep(times.tokensMs(Math.max(0, frame.outputTokens - out) / reply.width));
      // Without a pause in between, a client that left would not be noticed before the end.
      await yieldToOthers();
      out = Math.max(out, frame.outputTokens);
      held = frame.text;
      if (!breaksStream(fault) || out < middle) continue;
      record.failed(usageUntil(reply.usage, out));
      for (const text of breakingFrames(held, reply, fault)) await exchange.write(text);
      if (fault.cut === 'middle') exchange.cut();
      else exchange.end();
      return;
    }
    exchange.signal.throwIfAborted();
    record.answered(reply.usage, reply.tellsUsage);
    await exchange.write(held ?? '');
    exchange.end();
  } catch (error) {
    if (!exchange.signal.aborted) throw error;
    record.aborted(usageUntil(reply.usage, out));
  }
}

/** Whether this call is struck, and by what: asked for, or by the incident's shares. */
function faultFor(
  exchange: Exchange,
  share: CallShare,
  effects: CallContext['effects'],
  random: Random,
): Fault | undefined {
  const asked = share.faults.take(
    exchange.header('x-simulator-fault'),
    exchange.header('x-stainless-retry-count'),
  );
  if (asked !== undefined) return asked;
  return share.faults.draw(effects.faults, random);
}

async function answer(
  exchange: Exchange,
  work: Work,
  context: CallContext,
  times: CallTimes,
  record: CallRecord,
): Promise<void> {
  const { fault } = context;
  if (fault?.hang === true) await exchange.sleep(24 * 60 * 60_000);
  if (fault?.error !== undefined) throw fault.error();
  if (fault?.cut === 'start') {
    record.failed(noUsage);
    exchange.cut();
    return;
  }
  const reply = work.respond(context);
  const isStream = reply.frames !== undefined;
  // A stream begins with its first token, which comes after the reasoning; a plain answer comes with its last.
  const isWaitedFor = reply.tellsLater === undefined;
  const waits = isStream ? reply.usage.reasoning : reply.usage.output;
  const totalMs = times.firstTokenMs + (isWaitedFor ? times.tokensMs(waits / reply.width) : 0);
  try {
    await exchange.sleep(totalMs);
  } catch (error) {
    if (!exchange.signal.aborted) throw error;
    // Nothing was sent, and the work was done all the same.
    record.aborted(usageUntil(reply.usage, isStream ? reply.usage.reasoning : reply.usage.output));
    return;
  }
  exchange.set({ 'openai-processing-ms': String(Math.round(totalMs)) });
  if (isStream) await sendStream(exchange, reply, context, times, record);
  else await sendPlain(exchange, reply, fault, record);
}

/** Rate-limit headers also stand on a refused request, as far as its model is known. */
function limitHeaders(
  share: CallShare,
  endpoint: Endpoint,
  body: JsonObject | undefined,
): Record<string, string> {
  const model = body === undefined || !endpoint.rateLimited ? undefined : findModel(textAt(body, 'model'));
  return model === undefined ? {} : share.rateLimits.look(model);
}

/**
 * The life of one inference request: the key, the body, what is asked, the incident and the fault that strike it,
 * the rate limit, the wait, the answer. Every way out ends the call's record once.
 */
export async function serveCall(
  endpoint: Endpoint,
  exchange: Exchange,
  record: CallRecord,
  share: CallShare,
): Promise<void> {
  const random = createRandom(share.seed, 'call', record.number);
  let body: JsonObject | undefined;
  try {
    checkKey(exchange.header('authorization'));
    body = await exchange.readJson();
    const model = findModel(textAt(body, 'model'));
    if (model !== undefined) record.ofModel(textAt(body, 'model'));
    const work = endpoint.read(body, share);
    record.ofModel(textAt(body, 'model') === '' ? work.model.id : textAt(body, 'model'));
    const effects = share.incidents.effectsFor(record.number, work.promptText);
    if (endpoint.rateLimited) {
      exchange.set(share.rateLimits.take(work.model, work.reservedTokens, effects.limitFactor));
    }
    const times = createCallTimes(work.model, effects, share.latencyScale, random);
    const fault = faultFor(exchange, share, effects, random);
    const runsMs = (tokens: number): number => times.firstTokenMs + times.tokensMs(tokens);
    await answer(exchange, work, { surroundings: share, random, effects, fault, runsMs }, times, record);
  } catch (error) {
    if (exchange.signal.aborted) {
      record.aborted(noUsage);
      return;
    }
    record.failed(noUsage);
    const shown = toApiError(error);
    if (exchange.hasStarted) exchange.cut();
    else
      exchange.sendJson(shown.status, shown.body, {
        ...limitHeaders(share, endpoint, body),
        ...shown.headers,
      });
  }
}
