import { chatSpan, defineFamily, failedChatSpan, oneSpan } from '../scenario.ts';
import { apiError, json } from '../server/answers.ts';
import { chatBody } from '../server/bodies.ts';
import { chatParams } from './chat.ts';

/** A raw response was read by the app itself: the call succeeded, and nothing of its body is known. */
const rawSpan = { name: 'chat gpt-4o-mini', outcome: 'success', usageMissing: true } as const;

export const promises = defineFamily('The promise of a call', [
  {
    name: 'the promise is the same kind of thing',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      const promise = t.client().chat.completions.create(chatParams);
      const { APIPromise } = t.openai;
      t.log(promise, promise instanceof Promise, APIPromise !== undefined && promise instanceof APIPromise);
      t.log(Object.prototype.toString.call(promise), typeof promise.then, Object.hasOwn(promise, 'then'));
      t.log(
        promise.constructor === (APIPromise ?? promise.constructor),
        Promise.resolve(promise) === promise,
      );
      await promise;
      t.log(promise);
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'withResponse gives data, response and request id',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      return t.client().chat.completions.create(chatParams).withResponse();
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'asResponse leaves the body to the app, which reads it',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      const response = await t.client().chat.completions.create(chatParams).asResponse();
      t.log(response, response.constructor.name, response.bodyUsed);
      return [await response.json(), response.bodyUsed];
    },
    expect: oneSpan(rawSpan),
  },
  {
    name: 'asResponse and the body is never read',
    async run(t) {
      t.play(json(chatBody()));
      const response = await t.client().chat.completions.create(chatParams).asResponse();
      return [response.status, response.bodyUsed];
    },
    expect: oneSpan(rawSpan),
  },
  {
    name: 'asResponse first, then the same promise is awaited',
    async run(t) {
      t.play(json(chatBody()));
      const promise = t.client().chat.completions.create(chatParams);
      const response = await promise.asResponse();
      t.log(response.bodyUsed);
      t.log(await promise, response.bodyUsed);
    },
    expect: oneSpan({ ...rawSpan, tokens: 'any' }),
  },
  {
    name: 'asResponse, the body is read, and awaiting the promise then fails as it does',
    async run(t) {
      t.play(json(chatBody()));
      const promise = t.client().chat.completions.create(chatParams);
      const response = await promise.asResponse();
      await t.outcome('text', response.text());
      await t.pause(5);
      await t.outcome('await', promise);
    },
    expect: oneSpan(rawSpan),
  },
  {
    name: 'awaited first, then asResponse',
    async run(t) {
      t.play(json(chatBody()));
      const promise = t.client().chat.completions.create(chatParams);
      await t.outcome('await', promise);
      await t.outcome('asResponse', promise.asResponse());
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'withResponse and the promise itself give one answer',
    async run(t) {
      t.play(json(chatBody()));
      const promise = t.client().chat.completions.create(chatParams);
      const { data } = await promise.withResponse();
      t.log(data === (await promise));
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'awaited twice gives the same object',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      const promise = t.client().chat.completions.create(chatParams);
      const [one, two] = [await promise, await promise];
      t.log(one === two, one._request_id);
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'then, catch and finally in a chain, in their order',
    async run(t) {
      t.play(json(chatBody()));
      const order: string[] = [];
      await t
        .client()
        .chat.completions.create(chatParams)
        .finally(() => void order.push('finally'))
        .then((answer: { id: string }) => {
          order.push(`then ${answer.id}`);
          throw new RangeError('SENTINEL in then');
        })
        .catch((error: Error) => void order.push(`catch ${error.message}`))
        .finally(() => void order.push('finally 2'));
      return order;
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'then on a failing call, with two handlers',
    async run(t) {
      t.play(apiError(400, { code: 'invalid_value' }));
      return t
        .client()
        .chat.completions.create(chatParams)
        .then(
          () => 'fulfilled',
          (error: unknown) => error,
        );
    },
    expect: oneSpan(failedChatSpan('invalid_value', 'request')),
  },
  {
    name: 'two calls are made at once and awaited late, in reverse',
    async run(t) {
      t.play(json(chatBody({ id: 'chatcmpl-1' })), json(chatBody({ id: 'chatcmpl-2' })));
      const client = t.client();
      const first = client.chat.completions.create(chatParams);
      await t.arrived(1);
      const second = client.chat.completions.create(chatParams);
      await t.pause(40);
      return [(await second).id, (await first).id];
    },
    expect: { spans: [chatSpan(), chatSpan({ responseId: 'chatcmpl-2' })] },
  },
  {
    name: 'a call that nobody awaits',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      (() => void t.client().chat.completions.create(chatParams))();
      await t.arrived(1);
      await t.pause(20);
      await t.collectGarbage();
    },
    expect: oneSpan(rawSpan),
  },
  {
    name: 'a failing call that nobody awaits',
    everywhere: true,
    async run(t) {
      t.play(apiError(400, { code: 'invalid_value' }));
      void t.client().chat.completions.create(chatParams);
      await t.arrived(1);
      await t.pause(30);
      await t.collectGarbage();
    },
    expect: oneSpan(failedChatSpan('invalid_value', 'request')),
  },
  {
    name: 'a failing call that is awaited late',
    async run(t) {
      t.play(apiError(400, { code: 'invalid_value' }));
      const promise = t.client().chat.completions.create(chatParams);
      await t.arrived(1);
      await t.pause(30);
      await t.outcome('late', promise);
    },
    expect: oneSpan(failedChatSpan('invalid_value', 'request')),
  },
  {
    name: 'a failing call awaited twice gives the same error',
    async run(t) {
      t.play(apiError(400, { code: 'invalid_value' }));
      const promise = t.client().chat.completions.create(chatParams);
      const one = await t.outcome('one', promise);
      const two = await t.outcome('two', promise);
      t.log(one === two);
    },
    expect: oneSpan(failedChatSpan('invalid_value', 'request')),
  },
  {
    name: 'withResponse and asResponse of a failing call',
    async run(t) {
      t.play(apiError(400, { code: 'invalid_value' }));
      const client = t.client();
      await t.outcome('withResponse', client.chat.completions.create(chatParams).withResponse());
      await t.outcome('asResponse', client.chat.completions.create(chatParams).asResponse());
    },
    expect: {
      spans: [failedChatSpan('invalid_value', 'request'), failedChatSpan('invalid_value', 'request')],
    },
  },
  {
    name: '_thenUnwrap, as the helpers of the client use it',
    async run(t) {
      t.play(json(chatBody()));
      const promise = t
        .client()
        .chat.completions.create(chatParams)
        ._thenUnwrap((answer: { id: string }) => ({ wrapped: answer.id }));
      t.log(promise);
      return promise;
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: '_thenUnwrap whose function throws',
    async run(t) {
      t.play(json(chatBody()));
      const promise = t
        .client()
        .chat.completions.create(chatParams)
        ._thenUnwrap(() => {
          throw new RangeError('SENTINEL in unwrap');
        });
      await t.outcome('unwrap', promise);
    },
    expect: oneSpan(chatSpan({ outcome: 'error', errorType: 'RangeError', errorKind: 'client' })),
  },
  {
    name: 'Promise.race with a timer that wins',
    async run(t) {
      t.play(async (exchange) => {
        await t.pause(40);
        await json(chatBody())(exchange);
      });
      const call = t.client().chat.completions.create(chatParams);
      t.log(await Promise.race([call, t.pause(5).then(() => 'timer')]));
      t.log((await call).id);
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'Promise.allSettled over a good and a bad call',
    async run(t) {
      t.play(json(chatBody()), apiError(404, { code: 'model_not_found' }));
      const client = t.client();
      const good = client.chat.completions.create(chatParams);
      await t.arrived(1);
      return Promise.allSettled([good, client.chat.completions.create(chatParams)]);
    },
    expect: { spans: [chatSpan(), failedChatSpan('model_not_found', 'request')] },
  },
]);
