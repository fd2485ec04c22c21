'use server';

import OpenAI from 'openai';
import { redirect } from 'next/navigation';

export async function greet(form: FormData): Promise<void> {
  const name = form.get('name') as string;
  const response = await new OpenAI().responses.create({
    model: 'gpt-4o-mini',
    input: `Greet ${name} in one sentence.`,
  });
  redirect(`/?greeting=${encodeURIComponent(response.output_text)}`);
}
