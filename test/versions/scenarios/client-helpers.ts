import { chatSpan, defineFamily, failedChatSpan, oneSpan } from '../scenario.ts';
import { isAtLeast } from '../openai-versions.ts';
import { apiError, events, json } from '../server/answers.ts';
import {
  chatBody,
  chatChoice,
  chatChunk,
  chatChunks,
  chatChunksWithUsage,
  toolCall,
  usageChunk,
} from '../server/bodies.ts';
import type { Stage } from '../child/stage.ts';
import { chatParams } from './chat.ts';
import { plainStreamSpan, readAll, usageParams } from './streams.ts';

const EVENTS = [
  'connect',
  'chunk',
  'chatCompletion',
  'message',
  'content',
  'content.delta',
  'content.done',
  'functionCall',
  'functionCallResult',
  'finalContent',
  'finalMessage',
  'finalChatCompletion',
  'totalUsage',
  'error',
  'abort',
  'end',
];

/** Logs every event of a stream helper or runner, in their order. */
function logEvents(t: Stage, helper: any): void {
  for (const name of EVENTS) {
    helper.on(name, (...args: unknown[]) => {
      t.log(name, name === 'connect' ? undefined : args[0]);
    });
  }
}

/** Parameters that ask for a parsed answer, without any schema library. */
async function parseParams(t: Stage): Promise<Record<string, unknown>> {
  const { makeParseableResponseFormat } = await t.load('lib/parser');
  const schema = { type: 'object', properties: { SENTINEL: { type: 'string' } } };
  const format = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } };
  return {
    ...chatParams,
    response_format: makeParseableResponseFormat(format, (text: string) => JSON.parse(text)),
  };
}

const parsable = json(chatBody({ choices: [chatChoice({ content: '{"SENTINEL":"yes"}' })] }));

/** A tool the runner calls by itself; it logs what it is given. */
function weatherTool(t: Stage, answer: () => unknown = () => 'SENTINEL sunny'): Record<string, unknown> {
  return {
    type: 'function',
    function: {
      name: 'weather',
      description: 'SENTINEL description',
      parameters: { type: 'object', properties: { place: { type: 'string' } } },
      parse: JSON.parse,
      function: (args: unknown) => {
        t.log('tool called with', args);
        t.probe(`tool`);
        return answer();
      },
    },
  };
}

const toolTurn = json(
  chatBody({ choices: [chatChoice({ content: null, tool_calls: [toolCall('weather')] }, 'tool_calls')] }),
);

const streamedToolTurn = events([
  chatChunk({ role: 'assistant', content: null }),
  chatChunk({
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }],
  }),
  chatChunk({ tool_calls: [{ index: 0, function: { arguments: '{"place":"SENTINEL"}' } }] }),
  chatChunk({}, { finish: 'tool_calls' }),
  usageChunk,
]);

const toolTurnSpan = chatSpan({ finishReasons: ['tool_calls'] });

export const clientHelpers = defineFamily('Helpers of the client', [
  {
    name: 'the stream helper emits its events',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunksWithUsage));
      const helper = t.helpers(t.client()).stream(usageParams);
      logEvents(t, helper);
      t.log(await helper.finalContent());
      t.log(await helper.finalMessage(), await helper.finalChatCompletion());
      await helper.done();
      t.log(helper.ended, helper.errored, helper.aborted);
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'the stream helper is read by for await',
    async run(t) {
      t.play(events(chatChunks));
      const helper = t.helpers(t.client()).stream(chatParams);
      t.log(await readAll(helper), helper.ended);
    },
    expect: oneSpan(plainStreamSpan),
  },
  {
    name: 'the stream helper is aborted',
    async run(t) {
      t.play(events(chatChunks, { holdAfter: 3 }));
      const helper = t.helpers(t.client()).stream(chatParams);
      logEvents(t, helper);
      helper.on('content', () => helper.abort());
      await t.outcome('done', helper.done());
      t.log(helper.aborted, helper.errored, helper.ended);
    },
    expect: oneSpan({
      name: 'chat gpt-4o-mini',
      outcome: 'cancelled',
      responseId: 'chatcmpl-1',
      finishReasons: ['error'],
      usageMissing: true,
    }),
  },
  {
    name: 'break in the loop over the stream helper',
    // 4.19 goes on reading behind such a loop.
    since: '4.104',
    async run(t) {
      t.play(events(chatChunks, { holdAfter: 3 }));
      const helper = t.helpers(t.client()).stream(chatParams);
      for await (const chunk of helper) {
        if (chunk.choices[0].delta.content) break;
      }
      await t.pause(10);
      t.log(helper.aborted, helper.controller.signal.aborted);
    },
    expect: oneSpan({
      name: 'chat gpt-4o-mini',
      outcome: 'cancelled',
      responseId: 'chatcmpl-1',
      finishReasons: ['error'],
      usageMissing: true,
    }),
  },
  {
    name: 'the stream helper of a failing call',
    async run(t) {
      t.play(apiError(400, { code: 'invalid_value' }));
      const helper = t.helpers(t.client()).stream(chatParams);
      helper.on('error', (error: unknown) => t.log('error', error));
      await t.outcome('done', helper.done());
    },
    expect: oneSpan(failedChatSpan('invalid_value', 'request')),
  },
  {
    name: 'the stream helper as a readable stream and back',
    async run(t) {
      t.play(events(chatChunksWithUsage));
      const helper = t.helpers(t.client()).stream(usageParams);
      const { ChatCompletionStream } = await t.load('lib/ChatCompletionStream');
      const back = ChatCompletionStream.fromReadableStream(helper.toReadableStream());
      t.log(await back.finalChatCompletion());
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'the stream helper with tools and a parsed answer',
    since: '4.104',
    async run(t) {
      t.play(
        events([
          chatChunk({ role: 'assistant', content: '' }),
          chatChunk({ content: '{"SENTINEL":' }),
          chatChunk({ content: '"yes"}' }),
          chatChunk({}, { finish: 'stop' }),
          usageChunk,
        ]),
      );
      const params = { ...(await parseParams(t)), stream_options: { include_usage: true } };
      const helper = t.helpers(t.client()).stream(params);
      logEvents(t, helper);
      t.log(await helper.finalChatCompletion());
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'parse gives the parsed answer',
    since: '4.104',
    everywhere: true,
    async run(t) {
      t.play(parsable);
      const promise = t.helpers(t.client()).parse(await parseParams(t));
      t.log(promise);
      return promise;
    },
    expect: oneSpan(chatSpan({ attributes: { 'gen_ai.output.type': 'json' } })),
  },
  {
    name: 'parse with withResponse',
    since: '4.104',
    everywhere: true,
    async run(t) {
      t.play(parsable);
      return t
        .helpers(t.client())
        .parse(await parseParams(t))
        .withResponse();
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'parse with asResponse',
    since: '4.104',
    everywhere: true,
    async run(t) {
      t.play(parsable);
      const response = await t
        .helpers(t.client())
        .parse(await parseParams(t))
        .asResponse();
      return response.text();
    },
    expect: oneSpan({ name: 'chat gpt-4o-mini', outcome: 'success', usageMissing: true }),
  },
  {
    name: 'parse of an answer cut by the length limit throws, and its tokens count',
    since: '4.104',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody({ choices: [chatChoice({ content: '{"SENTINEL' }, 'length')] })));
      const error = await t.outcome('parse', t.helpers(t.client()).parse(await parseParams(t)));
      const { LengthFinishReasonError } = await t.load('error');
      t.log(error instanceof LengthFinishReasonError);
    },
    expect: oneSpan(chatSpan({ outcome: 'incomplete', finishReasons: ['length'] })),
  },
  {
    name: 'parse of an answer cut by the content filter throws',
    since: '4.104',
    async run(t) {
      t.play(json(chatBody({ choices: [chatChoice({ content: null }, 'content_filter')] })));
      await t.outcome('parse', t.helpers(t.client()).parse(await parseParams(t)));
    },
    expect: oneSpan(chatSpan({ outcome: 'incomplete', finishReasons: ['content_filter'] })),
  },
  {
    name: 'parse of a refusal',
    since: '4.104',
    async run(t) {
      t.play(json(chatBody({ choices: [chatChoice({ content: null, refusal: 'SENTINEL no' })] })));
      return t.helpers(t.client()).parse(await parseParams(t));
    },
    expect: oneSpan(chatSpan({ outcome: 'refused' })),
  },
  {
    name: 'parse of an answer that does not parse',
    since: '4.104',
    async run(t) {
      t.play(json(chatBody({ choices: [chatChoice({ content: 'SENTINEL no JSON' })] })));
      await t.outcome('parse', t.helpers(t.client()).parse(await parseParams(t)));
    },
    expect: oneSpan(chatSpan({ outcome: 'error', errorType: 'SyntaxError', errorKind: 'client' })),
  },
  {
    name: 'parse of a failing call',
    since: '4.104',
    async run(t) {
      t.play(apiError(400, { code: 'invalid_json_schema' }));
      await t.outcome('parse', t.helpers(t.client()).parse(await parseParams(t)));
    },
    expect: oneSpan(failedChatSpan('invalid_json_schema', 'request')),
  },
  {
    name: 'runTools makes one span a turn',
    everywhere: true,
    async run(t) {
      t.play(toolTurn, toolTurn, json(chatBody()));
      const runner = t.helpers(t.client()).runTools({ ...chatParams, tools: [weatherTool(t)] });
      logEvents(t, runner);
      t.log(await runner.finalContent());
      await runner.done();
      t.log(runner.messages);
    },
    expect: { spans: [toolTurnSpan, toolTurnSpan, chatSpan()], active: { tool: '' } },
  },
  {
    name: 'runTools with streams makes one span a turn',
    async run(t) {
      t.play(streamedToolTurn, events(chatChunksWithUsage));
      const params = { ...usageParams, tools: [weatherTool(t)] };
      const runner = t.helpers(t.client()).runTools(params);
      logEvents(t, runner);
      t.log(await runner.finalContent());
      await runner.done();
    },
    expect: { spans: [toolTurnSpan, chatSpan()], active: { tool: '' } },
  },
  {
    name: 'runTools with a tool that throws',
    async run(t) {
      t.play(toolTurn, json(chatBody()));
      const tool = weatherTool(t, () => {
        throw new RangeError('SENTINEL in tool');
      });
      const runner = t.helpers(t.client()).runTools({ ...chatParams, tools: [tool] });
      await t.outcome('finalContent', runner.finalContent());
      t.log(runner.messages);
    },
    expect: oneSpan(toolTurnSpan),
  },
  {
    name: 'runTools aborted by a tool',
    async run(t) {
      t.play(toolTurn, json(chatBody()));
      const controller = new AbortController();
      const tool = weatherTool(t, () => {
        controller.abort();
        return 'SENTINEL';
      });
      const runner = t
        .helpers(t.client())
        .runTools({ ...chatParams, tools: [tool] }, { signal: controller.signal });
      await t.outcome('finalContent', runner.finalContent());
      t.log(runner.aborted);
    },
    expect: (version) => ({
      spans: isAtLeast(version, '7.21')
        ? [toolTurnSpan]
        : [toolTurnSpan, { name: 'chat gpt-4o-mini', outcome: 'cancelled' }],
    }),
  },
  {
    name: 'runFunctions of openai 4',
    before: '5.0',
    async run(t) {
      const call = { name: 'weather', arguments: '{"place":"SENTINEL"}' };
      t.play(
        json(chatBody({ choices: [chatChoice({ content: null, function_call: call }, 'function_call')] })),
        json(chatBody()),
      );
      const { function: weather } = weatherTool(t);
      const runner = t.helpers(t.client()).runFunctions({ ...chatParams, functions: [weather] });
      t.log(await runner.finalContent());
    },
    expect: { spans: [chatSpan({ finishReasons: ['function_call'] }), chatSpan()] },
  },
]);
