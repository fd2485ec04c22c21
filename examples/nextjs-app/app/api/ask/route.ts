import OpenAI from 'openai';

export async function POST(request: Request): Promise<Response> {
  const completion = await new OpenAI().chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: await request.text() }],
  });
  return Response.json({ answer: completion.choices[0]?.message.content, usage: completion.usage });
}
