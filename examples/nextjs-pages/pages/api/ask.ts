import type { NextApiRequest, NextApiResponse } from 'next';
import OpenAI from 'openai';

export default async function handler(request: NextApiRequest, response: NextApiResponse): Promise<void> {
  const completion = await new OpenAI().chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: String(request.body) }],
  });
  response.json({ answer: completion.choices[0]?.message.content, usage: completion.usage });
}
