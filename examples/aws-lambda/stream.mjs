import { withFlush } from '@genvitals/node';
import OpenAI from 'openai';

const openai = new OpenAI();

// Lambda's own global, for functions whose answer is a stream.
export const handler = awslambda.streamifyResponse(
  withFlush(async (event, responseStream) => {
    const { question } = JSON.parse(event.body);
    const chunks = await openai.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: question }],
      stream: true,
      stream_options: { include_usage: true },
    });
    responseStream.setContentType('text/plain; charset=utf-8');
    for await (const chunk of chunks) responseStream.write(chunk.choices[0]?.delta.content ?? '');
    responseStream.end();
  }),
);
