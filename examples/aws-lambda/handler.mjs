import { withFlush } from '@genvitals/node';
import OpenAI from 'openai';

const openai = new OpenAI();

export const handler = withFlush(async (event) => {
  const { question } = JSON.parse(event.body);
  const completion = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: question }],
  });
  return { statusCode: 200, body: JSON.stringify({ answer: completion.choices[0].message.content }) };
});
