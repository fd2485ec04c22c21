import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { replaceSlots } from '../src/otel-slots.ts';
import { processState } from '../src/process-state.ts';
import { type UnseenWatch, watchForUnseenOpenAI } from '../src/unseen-openai.ts';

let server: Server;
let watch: UnseenWatch | undefined;
let said: string[];

beforeEach(async () => {
  said = [];
  processState().said.clear();
  replaceSlots({ diag: { warn: (sentence) => void said.push(sentence) } });
  server = createServer((request, response) => request.resume().on('end', () => response.end('{}')));
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterEach(() => {
  watch?.close();
  replaceSlots(undefined);
  server.closeAllConnections();
  server.close();
});

/** What a client sends that nobody has seen. */
async function callOnce(): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const headers = { 'content-type': 'application/json', 'x-stainless-lang': 'js' };
  const url = `http://127.0.0.1:${port}/v1/chat/completions`;
  await (await fetch(url, { method: 'POST', headers, body: '{}' })).text();
}

describe('requests of an openai that was not seen', () => {
  test('mean a bundle where modules can be watched', async () => {
    watch = watchForUnseenOpenAI(true);
    await callOnce();
    await callOnce();
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^genvitals: openai is bundled into your build.*instrument\(OpenAI\)/);
  });

  test('mean nothing but an old Node where they cannot', async () => {
    watch = watchForUnseenOpenAI(false);
    await callOnce();
    await callOnce();
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(`module.registerHooks is missing in ${process.version}`);
    expect(said[0]).toMatch(/take Node 22\.15 or newer, or call `instrument\(OpenAI\)`/);
    expect(said[0]).not.toContain('bundled');
  });
});
