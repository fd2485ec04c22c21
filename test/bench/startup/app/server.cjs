'use strict';
const { monitorEventLoopDelay } = require('node:perf_hooks');
const express = require('express');
const OpenAI = require('openai');

const client = new OpenAI();
const app = express();
const delays = monitorEventLoopDelay({ resolution: 1 });

app.get('/questions/:topic', async (request, response) => {
  const answer = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: `What is ${request.params.topic}?` }],
  });
  response.json({ answer: answer.choices[0].message.content });
});

app.get('/longest-delay', (_request, response) => {
  response.json({ ms: delays.max / 1e6 });
});

const server = app.listen(0, '127.0.0.1', () => {
  // The clock of `hrtime` is the machine's, so the parent can take the time from the process's start.
  process.stdout.write(`${server.address().port} ${process.hrtime.bigint()}\n`);
  delays.enable();
});
