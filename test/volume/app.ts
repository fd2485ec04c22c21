/** An app that makes many calls with long prompts, a few at a time. */
const { OpenAI } = (await import('openai')) as { OpenAI: any };
const client = new OpenAI({ baseURL: process.env['APP_BASE_URL'], maxRetries: 0 });
const CALLS = Number(process.env['APP_CALLS']);
const AT_ONCE = 25;
/** 100 kB in parts that no limit cuts. */
const PARTS = 4;
const PART_CHARS = 25_000;

async function call(index: number): Promise<void> {
  const text = `call-${index}-`.repeat(Math.ceil(PART_CHARS / `call-${index}-`.length)).slice(0, PART_CHARS);
  await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: Array.from({ length: PARTS }, () => ({ role: 'user', content: text })),
  });
}

for (let from = 0; from < CALLS; from += AT_ONCE)
  await Promise.all(Array.from({ length: AT_ONCE }, async (_, offset) => call(from + offset)));
const { heapUsed, external } = process.memoryUsage();
process.stdout.write(JSON.stringify({ heapUsed, external }));
