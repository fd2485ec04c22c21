// One OpenAI call, and then an end as the first argument names it. Tells its listeners before.
const http = require('node:http');
const { OpenAI } = require('openai');

const client = new OpenAI({ maxRetries: 0 });

const endings = {
  'natural end': () => {},
  'process.exit()': () => process.exit(),
  'process.exit(0)': () => process.exit(0),
  'async exit(3)': () => setTimeout(() => process.exit(3), 20),
  uncaught: () => {
    throw new Error('uncaught on purpose');
  },
  'unhandled rejection': () => Promise.reject(new Error('unhandled on purpose')),
  'SIGTERM without listener': () => setInterval(() => {}, 1000),
  'SIGINT without listener': () => setInterval(() => {}, 1000),
  'SIGHUP without listener': () => setInterval(() => {}, 1000),
  draining: () => {
    const server = http.createServer().listen(0);
    process.on('SIGTERM', () => server.close());
  },
  'SIGTERM to exit(0)': () => {
    process.once('SIGTERM', () => process.exit(0));
    setInterval(() => {}, 1000);
  },
  'SIGTERM to async exit(3)': () => {
    process.once('SIGTERM', () => setTimeout(() => process.exit(3), 20));
    setInterval(() => {}, 1000);
  },
  'signal-exit': () => {
    require('signal-exit').onExit(() => {});
    setInterval(() => {}, 1000);
  },
  'second signal': () => {
    process.once('SIGINT', () => console.log('first signal'));
    setInterval(() => {}, 1000);
  },
  'exit listener': () => process.on('exit', () => process.exit(7)),
  'exit code': () => {
    process.exitCode = 9;
  },
  'never settling await': () => new Promise(() => {}),
};

const how = process.argv[2];
if (how === 'list') {
  console.log(JSON.stringify(Object.keys(endings)));
} else {
  void (async () => {
    await client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'How does it end?' }],
    });
    const result = how === 'unhandled rejection' || how === 'uncaught' ? undefined : endings[how]();
    const listeners = process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`);
    console.log(`listeners ${listeners.toSorted().join(', ')}`);
    console.log('ending');
    if (how === 'unhandled rejection') await endings[how]();
    if (how === 'uncaught') setImmediate(endings[how]);
    await result;
  })();
}
