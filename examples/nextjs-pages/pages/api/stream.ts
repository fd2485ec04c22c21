import type { NextApiRequest, NextApiResponse } from 'next';
import OpenAI from 'openai';

export default async function handler(request: NextApiRequest, response: NextApiResponse): Promise<void> {
  const stream = await new OpenAI().chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: String(request.body) }],
    stream: true,
    // Without it OpenAI tells no tokens of a stream.
    stream_options: { include_usage: true },
  });
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  for await (const chunk of stream) response.write(chunk.choices[0]?.delta.content ?? '');
  response.end();
}
