import { createServer, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { withContext } from '@genvitals/context';
import { Attribution } from '@genvitals/context/host';
import { fromBaggage, toBaggage } from '../src/baggage.ts';
import { processSlot } from '../src/process-slot.ts';
import { registerSdk } from './sdk.ts';

const SLOT = Symbol.for('genvitals.context.v1');

/** Settings are those of a process: each test has one of its own. */
function startProcess(env: Readonly<Record<string, string>>): void {
  Object.assign(process.env, env);
  Reflect.deleteProperty(globalThis, SLOT);
  onTestFinished(() => {
    for (const name of Object.keys(env)) delete process.env[name];
    Reflect.deleteProperty(globalThis, SLOT);
  });
}

const WORDS = {
  feature: 'support',
  userId: 'anna',
  sessionId: 's 1',
  conversationId: 'c,1;x=2',
  prompt: { name: 'answer', version: '3', template: 'SENTINEL' },
  experiment: { name: 'tone', variant: 'candidate', unit: 'anna' },
  tags: { plan: 'SENTINEL' },
};

async function startServer(): Promise<{ port: number; seen: IncomingHttpHeaders[] }> {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

function getByHttp(port: number, headers: Record<string, string> | string[] = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, headers }, (response) => {
      response.resume().on('end', resolve);
    })
      .on('error', reject)
      .end();
  });
}

describe('the baggage header', () => {
  test('has what the app says, and nothing of templates, tags and units', () => {
    startProcess({ GENVITALS_USER_ID: 'hmac', GENVITALS_HASH_KEY: 'key' });
    const header = toBaggage(new Attribution(WORDS, undefined), '') ?? '';
    expect(header.split(',').toSorted()).toEqual([
      'gen_ai.conversation.id=c%2C1%3Bx%3D2',
      'gen_ai.prompt.name=answer',
      'gen_ai.prompt.version=3',
      'genvitals.experiment.name=tone',
      'genvitals.experiment.variant=candidate',
      'genvitals.feature.name=support',
      'session.id=s%201',
      expect.stringMatching(/^user\.id=[0-9a-f]{32}$/),
    ]);
  });

  test('has no user where none may be written, and the id where raw ones may', () => {
    startProcess({});
    expect(toBaggage(new Attribution(WORDS, undefined), '')).not.toContain('user.id');
    startProcess({ GENVITALS_USER_ID: 'raw' });
    expect(toBaggage(new Attribution(WORDS, undefined), '')).toContain('user.id=anna');
  });

  test('keeps what the app has put there, and adds what has room', () => {
    startProcess({});
    const words = new Attribution({ feature: 'f', sessionId: 's' }, undefined);
    expect(toBaggage(words, 'tenant=acme;ttl=3, session.id=own')).toBe(
      'tenant=acme;ttl=3, session.id=own,genvitals.feature.name=f',
    );
    const long = `tenant=${'x'.repeat(8192 - 7 - 13)}`;
    expect(toBaggage(words, long)).toBe(`${long},session.id=s`);
    expect(toBaggage(words, `tenant=${'x'.repeat(9000)}`)).toBeUndefined();
    expect(toBaggage(new Attribution({}, undefined), 'a=b')).toBeUndefined();
    const wide = new Attribution({ feature: '語'.repeat(200), sessionId: '\uD800'.repeat(200) }, words);
    expect(Buffer.byteLength(toBaggage(wide, '') ?? '')).toBeLessThanOrEqual(8192);
  });

  test('is read back as it was said, ids of users as they were written', () => {
    startProcess({ GENVITALS_USER_ID: 'hmac', GENVITALS_HASH_KEY: 'key' });
    const inner = new Attribution(
      { experiment: { name: 'length', variant: 'a=b;c' } },
      new Attribution(WORDS, undefined),
    );
    let received: Attribution | undefined;
    for (const words of fromBaggage(toBaggage(inner, '') ?? '')) received = new Attribution(words, received);
    const { 'genvitals.experiment.unit': _unit, ...sent } = inner.attributes;
    const hashAndTags = ['genvitals.prompt.hash', 'genvitals.prompt.hash_source', 'genvitals.tag.plan'];
    expect(received?.attributes).toEqual(
      Object.fromEntries(Object.entries(sent).filter(([key]) => !hashAndTags.includes(key))),
    );
    startProcess({ GENVITALS_USER_ID: 'off' });
    expect(new Attribution(fromBaggage('user.id=anna')[0] ?? {}, undefined).attributes).toEqual({});
  });

  test('of any text is read without an error, and what is no baggage is nothing', () => {
    startProcess({});
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const words of fromBaggage(text)) void new Attribution(words, undefined).attributes;
        for (const words of fromBaggage(`genvitals.feature.name=${text}`))
          void new Attribution(words, undefined).attributes;
      }),
    );
    expect(fromBaggage(`session.id=${'x'.repeat(9000)}`)).toEqual([]);
    const odd = fromBaggage('=1,session.id,=,session.id=%zz,gen_ai.conversation.id= c ;p=1,,');
    expect(odd.map((words) => new Attribution(words, undefined).attributes)).toEqual([
      { 'gen_ai.conversation.id': 'c' },
    ]);
  });
});

describe('requests', () => {
  test('have baggage where the user allows their host, by fetch and by node:http', async () => {
    const { port, seen } = await startServer();
    const other = await startServer();
    startProcess({ GENVITALS_BAGGAGE_HOSTS: `127.0.0.1:${port},orders.example` });
    registerSdk();
    await withContext({ feature: 'support' }, async () => {
      await (await fetch(`http://127.0.0.1:${port}/`, { headers: { Baggage: 'tenant=acme' } })).text();
      await (await fetch(`http://127.0.0.1:${port}/`)).text();
      await getByHttp(port, { baggage: 'tenant=acme' });
      await getByHttp(port);
      await getByHttp(port, ['Host', `127.0.0.1:${port}`]);
      await (await fetch(`http://127.0.0.1:${other.port}/`, { headers: { baggage: 'tenant=acme' } })).text();
      await getByHttp(other.port);
      // Whatever a request says of its host: it is where it goes that counts.
      await getByHttp(other.port, { host: 'orders.example' });
    });
    await (await fetch(`http://127.0.0.1:${port}/`)).text();
    expect(seen.map(({ baggage }) => baggage)).toEqual([
      'tenant=acme,genvitals.feature.name=support',
      'genvitals.feature.name=support',
      'tenant=acme,genvitals.feature.name=support',
      'genvitals.feature.name=support',
      undefined,
      undefined,
    ]);
    expect(other.seen.map(({ baggage }) => baggage)).toEqual(['tenant=acme', undefined, undefined]);
  });

  test('that are redirected have baggage for as long as they go to a host that is allowed', async () => {
    const other = await startServer();
    const server = createServer((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${other.port}/` }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const { port } = server.address() as AddressInfo;
    startProcess({ GENVITALS_BAGGAGE_HOSTS: `127.0.0.1:${port}` });
    registerSdk();
    await withContext({ feature: 'support' }, async () => {
      await (await fetch(`http://127.0.0.1:${port}/`)).text();
    });
    expect(other.seen.map(({ baggage }) => baggage)).toEqual([undefined]);
  });

  test('that a proxy passes on have baggage where both it and the host behind it are allowed', async () => {
    const { port, seen } = await startServer();
    startProcess({ GENVITALS_BAGGAGE_HOSTS: '127.0.0.1,orders.example:80' });
    registerSdk();
    const targets = ['http://orders.example/', 'http://orders.example:81/', 'http://api.openai.com/v1'];
    await withContext({ feature: 'support' }, async () => {
      for (const path of targets)
        await new Promise<void>((resolve, reject) => {
          const headers = { host: new URL(path).host };
          httpRequest({ host: '127.0.0.1', port, path, headers }, (response) => {
            response.resume().on('end', resolve);
          })
            .on('error', reject)
            .end();
        });
    });
    expect(seen.map(({ baggage }) => baggage)).toEqual([
      'genvitals.feature.name=support',
      undefined,
      undefined,
    ]);
  });

  test('are not even watched where no host is allowed', async () => {
    const { port, seen } = await startServer();
    startProcess({});
    registerSdk();
    await withContext(WORDS, async () => {
      await (await fetch(`http://127.0.0.1:${port}/`)).text();
      await getByHttp(port);
    });
    expect(processSlot().isSendingBaggage).toBe(false);
    expect(seen.map(({ baggage }) => baggage)).toEqual([undefined, undefined]);
  });

  test('of an app without OpenTelemetry have it too', async () => {
    const { port, seen } = await startServer();
    startProcess({ GENVITALS_BAGGAGE_HOSTS: '127.0.0.1' });
    await withContext({ sessionId: 's1' }, async () => {
      await (await fetch(`http://127.0.0.1:${port}/`)).text();
    });
    expect(seen.map(({ baggage }) => baggage)).toEqual(['session.id=s1']);
  });
});
