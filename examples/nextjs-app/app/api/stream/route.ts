import OpenAI from 'openai';

export async function POST(request: Request): Promise<Response> {
  const stream = await new OpenAI().chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: await request.text() }],
    stream: true,
    // Without it OpenAI tells no tokens of a stream.
    stream_options: { include_usage: true },
  });
  const words = new ReadableStream<Uint8Array>({
    async start(controller) {
      const encoder = new TextEncoder();
      for await (const chunk of stream)
        controller.enqueue(encoder.encode(chunk.choices[0]?.delta.content ?? ''));
      controller.close();
    },
  });
  return new Response(words, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
