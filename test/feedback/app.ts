import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { currentCall, resumeTask, startTask, withContext } from '@genvitals/context';

/** One part of an app of several processes: it asks, or it takes what people say, days later. */
const [part, token = ''] = process.argv.slice(2);

const WORDS = {
  feature: 'support',
  userId: 'anna',
  prompt: { name: 'greeting', version: '3' },
  experiment: { name: 'tone', variant: 'candidate', unit: 'anna' },
};

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  ask: async () => {
    const { OpenAI } = await import('openai');
    const client = new OpenAI({ baseURL: process.env['APP_BASE_URL'], apiKey: 'sk-test' });
    const tokens = await withContext(WORDS, async () => {
      const task = startTask('refund').token;
      await client.chat.completions.create({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: 'Hi' }],
      });
      return { call: currentCall(), task };
    });
    process.stdout.write(JSON.stringify(tokens));
  },
  // What it says is the first that happens: nothing of openai is ever loaded.
  end: () => {
    process.stdout.write(JSON.stringify(resumeTask(token)?.complete()));
    return Promise.resolve();
  },
  receive: async () => {
    const { default: express } = await import('express');
    const { createReceiver } = await import('@genvitals/context/receiver');
    const app = express();
    app.use('/genvitals', createReceiver().node);
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/genvitals/v1/feedback`;
    const statuses: number[] = [];
    for (const call of [token, token, `${token}x`]) {
      const body = JSON.stringify({ call, rating: 'positive', userId: 'berta' });
      const headers = { 'content-type': 'application/json' };
      statuses.push((await fetch(url, { method: 'POST', headers, body })).status);
    }
    process.stdout.write(JSON.stringify(statuses));
    server.close();
    server.closeAllConnections();
  },
};

await PARTS[String(part)]?.();
