import { agent, retrieval, tool, withContext } from '@genvitals/context';
import { flush } from '@genvitals/node';
import { request } from 'node:http';

/** An app that says all that it can of its calls, and sends requests by every way that it has. */
const { OpenAI } = (await import(process.env['APP_OPENAI'] ?? '')) as { OpenAI: any };
const origin = process.env['APP_MODEL'] ?? '';
const client = new OpenAI({ apiKey: 'sk-test', baseURL: `${origin}/v1`, maxRetries: 0 });
const CHAT = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] };

const WORDS = {
  feature: 'SENTINEL-feature',
  userId: 'SENTINEL-user',
  sessionId: 'SENTINEL-session',
  conversationId: 'SENTINEL-conversation',
  prompt: { name: 'SENTINEL-prompt', version: 'SENTINEL-version', template: 'SENTINEL-template' },
  experiment: { name: 'SENTINEL-experiment', variant: 'SENTINEL-variant', unit: 'SENTINEL-unit' },
  tags: { tag: 'SENTINEL-tag' },
};

await withContext(WORDS, () =>
  agent({ name: 'SENTINEL-agent', version: 'SENTINEL-1' }, async () => {
    await retrieval({ dataSource: 'SENTINEL-store', query: 'SENTINEL-query' }, async () =>
      (await fetch(`${origin}/search`)).text(),
    );
    await tool({ name: 'SENTINEL-tool', callId: 'SENTINEL-call', arguments: 'SENTINEL' }, () =>
      client.chat.completions.create(CHAT).asResponse(),
    );
    await client.chat.completions.create(CHAT);
    await new Promise((resolve, reject) => {
      request(`${origin}/by-http`, (response) => response.resume().on('end', resolve))
        .on('error', reject)
        .end();
    });
  }),
);
await flush();
process.stdout.write('done\n');
