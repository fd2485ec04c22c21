// Plain openai code, in the main thread and in a worker thread; prints the usage of both calls.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import OpenAI from 'openai';

const { usage } = await new OpenAI().chat.completions.create({
  model: isMainThread ? 'gpt-4o-mini' : 'gpt-4o',
  messages: [{ role: 'user', content: 'What is a thread?' }],
});

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  const [usageOfWorker] = await once(worker, 'message');
  await once(worker, 'exit');
  process.stdout.write(`${JSON.stringify([usage, usageOfWorker])}\n`);
} else {
  parentPort.postMessage(usage, []);
}
