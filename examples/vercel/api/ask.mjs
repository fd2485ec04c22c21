// First: it starts what exports. As Vercel sets no flag of node, the client is named below.
import '@genvitals/node/register';
import { instrument } from '@genvitals/instrumentation-openai';
import { withFlush } from '@genvitals/node';
import OpenAI from 'openai';

const openai = new (instrument(OpenAI))();

async function* textOf(chunks) {
  for await (const chunk of chunks) {
    const text = chunk.choices[0]?.delta.content;
    if (text) yield new TextEncoder().encode(text);
  }
}

export const POST = withFlush(async (request) => {
  const { question } = await request.json();
  const chunks = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: question }],
    stream: true,
    stream_options: { include_usage: true },
  });
  return new Response(ReadableStream.from(textOf(chunks)), { headers: { 'content-type': 'text/plain' } });
});
