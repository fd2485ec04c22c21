// Plain openai code: nothing in it knows of telemetry.
import express from 'express';
import OpenAI from 'openai';

const client = new OpenAI();
const app = express();

app.get('/questions/:topic', async (request, response) => {
  const answer = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: `What is ${request.params.topic}?` }],
  });
  response.json({ answer: answer.choices[0].message.content, usage: answer.usage });
});

const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});
process.once('SIGTERM', () => server.close());
