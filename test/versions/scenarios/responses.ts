import { defineFamily, NO_SPANS, oneSpan, responseSpan, type ExpectedSpan } from '../scenario.ts';
import { isAtLeast } from '../openai-versions.ts';
import { apiError, events, json, text } from '../server/answers.ts';
import { MODEL, outputMessage, responseBody, responseEvents } from '../server/bodies.ts';
import type { Stage } from '../child/stage.ts';
import { readAll } from './streams.ts';

const params = { model: MODEL, input: 'SENTINEL prompt', instructions: 'SENTINEL instructions' };
const streamed = { ...params, stream: true } as const;

async function parseParams(t: Stage): Promise<Record<string, unknown>> {
  const { makeParseableTextFormat } = await t.load('lib/parser');
  const schema = { type: 'object', properties: { SENTINEL: { type: 'string' } } };
  const format = { type: 'json_schema', name: 'answer', strict: true, schema };
  return { ...params, text: { format: makeParseableTextFormat(format, (text: string) => JSON.parse(text)) } };
}

const parsedOutput = [
  outputMessage([{ type: 'output_text', annotations: [], logprobs: [], text: '{"SENTINEL":"yes"}' }]),
];
const refusal = [outputMessage([{ type: 'refusal', refusal: 'SENTINEL no' }])];
const incomplete = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
const failed = {
  status: 'failed',
  error: { code: 'server_error', message: 'SENTINEL failed' },
  output: [],
  usage: null,
};

const failedSpan: ExpectedSpan = {
  name: `chat ${MODEL}`,
  outcome: 'error',
  errorType: 'server_error',
  errorKind: 'provider',
  responseId: 'resp_1',
  usageMissing: true,
};

/** Fetching an answer again: its tokens were counted when it was made, or belong to nobody's call here. */
function fetchSpan(changes: Partial<ExpectedSpan> = {}): ExpectedSpan {
  return {
    name: 'fetch_response',
    outcome: 'success',
    responseId: 'resp_1',
    tokens: {},
    ...changes,
    attributes: { 'gen_ai.request.model': undefined, ...changes.attributes },
  };
}

export const responses = defineFamily('Responses', [
  {
    name: 'a response is awaited',
    since: '4.104',
    everywhere: true,
    async run(t) {
      t.play(json(responseBody()));
      const promise = t.client().responses.create(params);
      t.log(promise);
      return promise;
    },
    expect: oneSpan(responseSpan()),
  },
  {
    name: 'a response with withResponse, and one with asResponse',
    since: '4.104',
    everywhere: true,
    async run(t) {
      t.play(json(responseBody()));
      const client = t.client();
      t.log(await client.responses.create(params).withResponse());
      const response = await client.responses.create(params).asResponse();
      return response.json();
    },
    expect: { spans: [responseSpan(), { name: `chat ${MODEL}`, outcome: 'success', usageMissing: true }] },
  },
  {
    name: 'request parameters of a response arrive exactly',
    since: '4.104',
    async run(t) {
      t.play(json(responseBody()));
      return t.client().responses.create({
        ...params,
        temperature: 0,
        top_p: 0,
        max_output_tokens: 16,
        reasoning: { effort: 'minimal' },
        service_tier: 'flex',
        previous_response_id: 'resp_0',
        conversation: { id: 'conv_1' },
        prompt: { id: 'pmpt_1', version: '3', variables: { who: 'SENTINEL' } },
        text: { format: { type: 'json_object' } },
        user: 'SENTINEL',
        tools: [{ type: 'web_search' }],
      });
    },
    expect: oneSpan(
      responseSpan({
        attributes: {
          'gen_ai.request.temperature': 0,
          'gen_ai.request.top_p': 0,
          'gen_ai.request.max_tokens': 16,
          'gen_ai.request.reasoning.level': 'minimal',
          'gen_ai.request.previous_response.id': 'resp_0',
          'gen_ai.conversation.id': 'conv_1',
          'gen_ai.prompt.name': 'pmpt_1',
          'gen_ai.prompt.version': '3',
          'gen_ai.output.type': 'json',
          'openai.request.service_tier': 'flex',
        },
      }),
    ),
  },
  {
    name: 'a response with tool calls',
    since: '4.104',
    async run(t) {
      const call = {
        type: 'function_call',
        id: 'fc_1',
        call_id: 'call_1',
        name: 'weather',
        arguments: '{"place":"SENTINEL"}',
        status: 'completed',
      };
      t.play(json(responseBody({ output: [call] })));
      return t.client().responses.create(params);
    },
    expect: oneSpan(responseSpan()),
  },
  {
    name: 'a refused response',
    since: '4.104',
    async run(t) {
      t.play(json(responseBody({ output: refusal })));
      return t.client().responses.create(params);
    },
    expect: oneSpan(responseSpan({ outcome: 'refused' })),
  },
  {
    name: 'an incomplete response',
    since: '4.104',
    everywhere: true,
    async run(t) {
      t.play(json(responseBody(incomplete)));
      return t.client().responses.create(params);
    },
    expect: oneSpan(responseSpan({ outcome: 'incomplete' })),
  },
  {
    name: 'a failed response, which is HTTP 200',
    since: '4.104',
    async run(t) {
      t.play(json(responseBody(failed)));
      return t.client().responses.create(params);
    },
    expect: oneSpan(failedSpan),
  },
  {
    name: 'a response that the API refuses',
    since: '4.104',
    async run(t) {
      t.play(apiError(400, { code: 'context_length_exceeded' }));
      await t.outcome('call', t.client().responses.create(params));
    },
    expect: oneSpan({
      name: `chat ${MODEL}`,
      outcome: 'error',
      errorType: 'context_length_exceeded',
      errorKind: 'request',
    }),
  },
  {
    name: 'a response without usage and output',
    since: '4.104',
    async run(t) {
      t.play(
        json(responseBody({ usage: null, output: null })),
        json(responseBody({ usage: {}, output: [null, 5] })),
      );
      await t.outcome('null', t.client().responses.create(params));
      await t.outcome('odd', t.client().responses.create(params));
    },
    // The client adds `output_text` to what it got, and throws where there is no list.
    expect: {
      spans: [0, 1].map(() =>
        responseSpan({
          outcome: 'error',
          errorType: 'TypeError',
          errorKind: 'client',
          tokens: {},
          usageMissing: true,
        }),
      ),
    },
  },
  {
    name: 'parse of a response',
    since: '4.104',
    everywhere: true,
    async run(t) {
      t.play(json(responseBody({ output: parsedOutput })));
      const promise = t.client().responses.parse(await parseParams(t));
      t.log(promise);
      t.log(await promise);
      return t
        .client()
        .responses.parse(await parseParams(t))
        .withResponse();
    },
    expect: { spans: [responseSpan(), responseSpan()] },
  },
  {
    name: 'parse of a response that does not parse',
    since: '4.104',
    async run(t) {
      t.play(json(responseBody()));
      await t.outcome('parse', t.client().responses.parse(await parseParams(t)));
    },
    expect: oneSpan(responseSpan({ outcome: 'error', errorType: 'SyntaxError', errorKind: 'client' })),
  },
  {
    name: 'a response that is a page of HTML, and one that is null',
    since: '4.104',
    async run(t) {
      t.play(text('<html>SENTINEL</html>', { contentType: 'text/html' }));
      t.play(text('null', { contentType: 'application/json' }));
      const client = t.client();
      await t.outcome('page', client.responses.create(params));
      await t.outcome('null', client.responses.create(params).withResponse());
    },
    expect: {
      spans: [0, 1].map(() => ({
        name: `chat ${MODEL}`,
        outcome: 'error',
        errorType: 'TypeError',
        errorKind: 'client',
        usageMissing: true,
      })),
    },
  },
  {
    name: 'a streamed response',
    since: '4.104',
    everywhere: true,
    async run(t) {
      t.play(events(responseEvents(), { named: true, done: null }));
      const promise = t.client().responses.create(streamed);
      const stream = await promise;
      t.log(promise, stream);
      return readAll(stream);
    },
    expect: oneSpan(responseSpan({ attributes: { 'gen_ai.request.stream': true } })),
  },
  {
    name: 'a streamed response with withResponse and tee',
    since: '4.104',
    async run(t) {
      t.play(events(responseEvents(), { named: true, done: null }));
      const { data } = await t.client().responses.create(streamed).withResponse();
      const [left, right] = data.tee();
      return Promise.all([readAll(left), readAll(right)]);
    },
    expect: oneSpan(responseSpan()),
  },
  {
    name: 'break in a streamed response',
    since: '4.104',
    async run(t) {
      t.play(events(responseEvents(), { named: true, done: null, holdAfter: 6 }));
      for await (const event of await t.client().responses.create(streamed)) {
        if (event.type === 'response.output_text.delta') break;
      }
    },
    expect: oneSpan({
      name: `chat ${MODEL}`,
      outcome: 'cancelled',
      responseId: 'resp_1',
      usageMissing: true,
    }),
  },
  {
    name: 'a streamed response that is incomplete',
    since: '4.104',
    async run(t) {
      const last = { type: 'response.incomplete', response: responseBody(incomplete) };
      t.play(events(responseEvents(last), { named: true, done: null }));
      return readAll(await t.client().responses.create(streamed));
    },
    expect: oneSpan(responseSpan({ outcome: 'incomplete' })),
  },
  {
    name: 'a streamed response that fails, which is yielded and not thrown',
    since: '4.104',
    everywhere: true,
    async run(t) {
      const last = { type: 'response.failed', response: responseBody(failed) };
      t.play(events(responseEvents(last), { named: true, done: null }));
      return readAll(await t.client().responses.create(streamed));
    },
    expect: oneSpan(failedSpan),
  },
  {
    name: 'an error event in a streamed response',
    since: '4.104',
    everywhere: true,
    async run(t) {
      const error = { type: 'error', code: 'rate_limit_exceeded', message: 'SENTINEL', param: null };
      const sequence = [...responseEvents().slice(0, 5), { ...error, sequence_number: 5 }];
      t.play(events(sequence, { named: true, done: null }));
      await t.outcome('loop', readAll(await t.client().responses.create(streamed)));
    },
    // Openai 4 throws it without its code; 5 and 6 yield it as an event; 7 throws it with its code.
    expect: (version) =>
      oneSpan({
        name: `chat ${MODEL}`,
        outcome: 'error',
        errorType: version.major === 4 ? 'APIError' : 'rate_limit_exceeded',
        errorKind: version.major === 4 ? 'provider' : 'quota',
        responseId: 'resp_1',
        usageMissing: true,
      }),
  },
  {
    name: 'a streamed response that breaks off',
    since: '4.104',
    async run(t) {
      t.play(events(responseEvents(), { named: true, done: null, cutAfter: 5 }));
      await t.outcome('loop', readAll(await t.client().responses.create(streamed)));
    },
    expect: (version) =>
      oneSpan({
        name: `chat ${MODEL}`,
        outcome: 'error',
        errorType: version.major === 4 ? 'Error' : 'TypeError',
        errorKind: 'network',
        responseId: 'resp_1',
        usageMissing: true,
      }),
  },
  {
    name: 'the stream helper of responses',
    since: '4.104',
    everywhere: true,
    async run(t) {
      t.play(events(responseEvents(), { named: true, done: null }));
      const helper = t.client().responses.stream(params);
      helper.on('event', (event: unknown) => t.log(event));
      helper.on('response.output_text.delta', (event: unknown) => t.log('delta', event));
      t.log(await helper.finalResponse());
    },
    expect: oneSpan(responseSpan()),
  },
  {
    name: 'the stream helper of responses is aborted',
    since: '4.104',
    async run(t) {
      t.play(events(responseEvents(), { named: true, done: null, holdAfter: 6 }));
      const helper = t.client().responses.stream(params);
      helper.on('response.output_text.delta', () => helper.abort());
      await t.outcome('final', helper.finalResponse());
    },
    expect: oneSpan({
      name: `chat ${MODEL}`,
      outcome: 'cancelled',
      responseId: 'resp_1',
      usageMissing: true,
    }),
  },
  {
    name: 'a background response, fetched when it is done',
    since: '4.104',
    everywhere: true,
    async run(t) {
      // Counted once for each id: no other scenario has this one.
      const made = { id: 'resp_background', background: true };
      const queued = { ...made, status: 'queued', output: [], usage: null };
      t.play(json(responseBody(queued)), json(responseBody(made)));
      const client = t.client();
      const created = await client.responses.create({ ...params, background: true });
      t.log(created.status, await client.responses.retrieve(created.id));
      t.log(await client.responses.retrieve(created.id));
    },
    expect: {
      spans: [
        { name: `chat ${MODEL}`, outcome: 'success', responseId: 'resp_background' },
        fetchSpan({
          responseId: 'resp_background',
          attributes: { 'gen_ai.response.status': 'completed' },
        }),
        fetchSpan({ responseId: 'resp_background' }),
      ],
      tokensMadeLater: 30,
    },
  },
  {
    name: 'a response of the background is cancelled, once it is stopped and once it is too late',
    since: '4.104',
    async run(t) {
      const stopped = { id: 'resp_stopped', background: true, status: 'cancelled', output: [], usage: null };
      const late = { id: 'resp_too_late', background: true };
      t.play(json(responseBody(stopped)), json(responseBody(late)), json(responseBody(late)));
      const client = t.client();
      const promise = client.responses.cancel('resp_stopped');
      t.log(promise);
      t.log(await promise);
      t.log(await client.responses.cancel('resp_too_late').withResponse());
      return client.responses.retrieve('resp_too_late');
    },
    expect: {
      spans: [
        fetchSpan({
          name: 'cancel_response',
          responseId: 'resp_stopped',
          finishReasons: ['error'],
          attributes: { 'gen_ai.response.status': 'cancelled' },
        }),
        fetchSpan({ name: 'cancel_response', responseId: 'resp_too_late' }),
        fetchSpan({ responseId: 'resp_too_late' }),
      ],
      tokensMadeLater: 30,
    },
  },
  {
    name: 'a response is fetched as a stream',
    since: '5.0',
    async run(t) {
      t.play(events(responseEvents().slice(4), { named: true, done: null }));
      const stream = await t.client().responses.retrieve('resp_1', { stream: true, starting_after: 3 });
      return readAll(stream);
    },
    expect: oneSpan(fetchSpan()),
  },
  {
    name: 'fetching a response that is not there',
    since: '4.104',
    async run(t) {
      t.play(apiError(404, {}));
      await t.outcome('retrieve', t.client().responses.retrieve('resp_9'));
    },
    expect: oneSpan({ name: 'fetch_response', outcome: 'error', errorType: '404', errorKind: 'request' }),
  },
  {
    name: 'cancelling, deleting and listing the input of a response are no inference',
    since: '5.0',
    async run(t) {
      t.play(json(responseBody({ status: 'cancelled' })));
      const client = t.client();
      await t.outcome('cancel', client.responses.cancel('resp_1'));
      await t.outcome('delete', client.responses.delete('resp_1'));
      await t.outcome('input items', client.responses.inputItems.list('resp_1'));
    },
    expect: oneSpan(fetchSpan({ name: 'cancel_response', finishReasons: ['error'] })),
  },
  {
    name: 'beta.responses.create, whose path has a query',
    since: '7.5',
    async run(t) {
      if (t.client().beta.responses === undefined) return 'absent';
      t.play(json(responseBody()));
      return t.client().beta.responses.create(params);
    },
    expect: (version) => (isAtLeast(version, '7.5') ? oneSpan(responseSpan()) : NO_SPANS),
  },
]);
