import { describe, expect, test } from 'vitest';
import { ask, clientOf, send, startSimulator } from './running-simulator.ts';

const documents = [
  'Returns. Products can be returned within 30 days of delivery. The item must be unused and in its original packaging.',
  'Shipping. We ship to all countries of the European Union. Standard shipping takes 3 to 5 business days.',
  'Express delivery costs 9.90 EUR and arrives on the next business day.',
  'Warranty. All coffee machines carry a warranty of 24 months. It covers defects but no wear.',
  'Cleaning. Descale the machine every three months with citric acid. Never use vinegar.',
  'Account. To reset your password, choose "Forgot password" on the login page and follow the link in the email.',
  'Invoices are sent by email. You find older invoices in your account under Orders.',
  'Gift cards are valid for three years and can not be paid out in cash.',
];

/** Questions in other words than the documents', and the document that answers each. */
const questions: readonly (readonly [string, number])[] = [
  ['How long do I have to return a product?', 0],
  ['Can I send back an item that I have already used?', 0],
  ['Which countries do you ship to?', 1],
  ['How much does express delivery cost?', 2],
  ['How many months of warranty does the coffee machine have?', 3],
  ['How often should I descale my machine?', 4],
  ['I forgot my password, how can I reset it?', 5],
  ['Where can I find an old invoice?', 6],
  ['Are gift cards paid out in cash?', 7],
];

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

describe('embeddings', () => {
  test.each([
    ['text-embedding-3-small', undefined],
    ['text-embedding-3-large', undefined],
    ['text-embedding-ada-002', undefined],
    ['text-embedding-3-small', 256],
  ])('of %s (%s dimensions) find the document that answers', async (model, dimensions) => {
    const client = clientOf(await startSimulator());
    const embed = async (input: string[]): Promise<number[][]> =>
      (
        await client.embeddings.create({ model, input, ...(dimensions === undefined ? {} : { dimensions }) })
      ).data.map((item) => item.embedding);
    const stored = await embed(documents);
    const found = (await embed(questions.map(([question]) => question))).map((vector) => {
      const scores = stored.map((document) => dot(vector, document));
      return scores.indexOf(Math.max(...scores));
    });
    expect(found).toEqual(questions.map(([, document]) => document));
  });

  test('are unit vectors, near for what is alike and far for what is not', async () => {
    const client = clientOf(await startSimulator());
    const { data } = await client.embeddings.create({
      model: 'text-embedding-3-small',
      input: [
        'How do I return a product?',
        'How to return products',
        'The moon is made of cheese',
        'How do I return a product?',
      ],
    });
    const [first, alike, other, same] = data.map((item) => item.embedding);
    expect(dot(first!, first!)).toBeCloseTo(1, 5);
    expect(dot(first!, alike!)).toBeGreaterThan(0.7);
    expect(Math.abs(dot(first!, other!))).toBeLessThan(0.15);
    expect(same).toEqual(first);
  });

  test('come as floats or base64 of the same numbers, and shortened as the beginning of the long one', async () => {
    const simulator = await startSimulator();
    const vectorOf = async (more: object): Promise<any> =>
      (await send(simulator, '/embeddings', { model: 'text-embedding-3-small', input: 'tea', ...more })).body
        .data[0].embedding;
    const floats: number[] = await vectorOf({});
    const bytes = Buffer.from(await vectorOf({ encoding_format: 'base64' }), 'base64');
    expect(floats).toHaveLength(1536);
    expect(bytes).toHaveLength(1536 * 4);
    expect(floats.map(Math.fround)).toEqual(floats.map((_, index) => bytes.readFloatLE(index * 4)));
    const short: number[] = await vectorOf({ dimensions: 64 });
    expect(short).toHaveLength(64);
    expect(dot(short, short)).toBeCloseTo(1, 5);
    const beginning = floats.slice(0, 64);
    expect(dot(short, beginning)).toBeCloseTo(Math.sqrt(dot(beginning, beginning)), 6);
  });

  test('take texts, lists and token ids, and refuse what the API refuses', async () => {
    const simulator = await startSimulator();
    const embed = (body: object): Promise<any> =>
      send(simulator, '/embeddings', { model: 'text-embedding-3-small', ...body });
    expect((await embed({ input: [1, 2, 3] })).body.usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
    expect((await embed({ input: [[1, 2], [3]] })).body.data).toHaveLength(2);
    expect((await embed({ input: 'the' })).status).toBe(200);
    for (const input of ['', [], [''], [{}], 5, Array.from({ length: 2049 }, () => 'a')]) {
      expect((await embed({ input })).status, JSON.stringify(input).slice(0, 40)).toBe(400);
    }
    expect((await embed({})).body.error.code).toBe('missing_required_parameter');
    expect((await embed({ input: 'a', dimensions: -1 })).body.error.message).toContain(
      'less than the minimum of 1',
    );
    expect((await embed({ input: 'a', dimensions: 5000 })).status).toBe(400);
    expect((await embed({ input: 'a', encoding_format: 'hex' })).body.error.code).toBe('invalid_value');
    expect((await embed({ input: 'word '.repeat(9000) })).body.error.code).toBe('context_length_exceeded');
    const fixed = await send(simulator, '/embeddings', {
      model: 'text-embedding-ada-002',
      input: 'a',
      dimensions: 64,
    });
    expect(fixed.status).toBe(400);
  });
});

/** Ways apps put documents into a prompt. */
const layouts: readonly (readonly [string, (context: string, question: string) => object[]])[] = [
  [
    'a labelled block in the user message',
    (context, question) => ask(`Context:\n${context}\n\nQuestion: ${question}`),
  ],
  [
    'a block after the question',
    (context, question) => ask(`Question: ${question}\n\nDocuments:\n${context}`),
  ],
  ['tags', (context, question) => ask(`<context>\n${context}\n</context>\n\n${question}`)],
  [
    'a system message that ends in the documents',
    (context, question) => [
      {
        role: 'system',
        content: `You are the support of a shop. Answer from these documents:\n\n${context}`,
      },
      ...ask(question),
    ],
  ],
  [
    'a system message that announces them in a sentence',
    (context, question) => [
      {
        role: 'system',
        content: `You help customers. Answer only from the context below. Be brief.\n\n${context}`,
      },
      ...ask(question),
    ],
  ],
  [
    'a developer message with instructions around it',
    (context, question) => [
      {
        role: 'developer',
        content: `Use the context.\n\n## Context\n\n${context}\n\n## Rules\n- Be kind.\n- Never invent.`,
      },
      ...ask(question),
    ],
  ],
];

describe('answers', () => {
  test.each(layouts)('quote the document: %s', async (_name, toMessages) => {
    const client = clientOf(await startSimulator());
    for (const marked of [false, true]) {
      const context = documents
        .slice(0, 4)
        .map((text, index) => (marked ? `[${index + 1}] ${text}` : text))
        .join('\n');
      const messages = toMessages(context, 'How long do I have to return a product?') as any;
      const completion = await client.chat.completions.create({ model: 'gpt-4o', messages });
      expect(completion.choices[0]?.message.content).toContain(
        'Products can be returned within 30 days of delivery.',
      );
    }
  });

  test.each(layouts)('are made up where the context is missing: %s', async (_name, toMessages) => {
    const client = clientOf(await startSimulator());
    for (const context of ['', '(none)', 'No relevant documents found.']) {
      const messages = toMessages(context, 'How long do I have to return a product?') as any;
      const completion = await client.chat.completions.create({ model: 'gpt-4o', messages });
      const text = completion.choices[0]?.message.content ?? '';
      expect(text).not.toMatch(/documents|context/iu);
      expect(text).toMatch(/return a product/u);
    }
  });

  test('name the passage they quote, and nothing of the others', async () => {
    const client = clientOf(await startSimulator());
    const context = documents.map((text, index) => `[${index + 1}] ${text}`).join('\n');
    for (const [question, document] of questions.filter(([text]) => !text.includes('send back'))) {
      const { output_text } = await client.responses.create({
        model: 'gpt-4o',
        instructions: `Context:\n${context}`,
        input: question,
      });
      expect(output_text, question).toContain(`[${document + 1}]`);
    }
  });

  test('say so when the documents say nothing about it', async () => {
    const client = clientOf(await startSimulator());
    const messages = ask(`Context:\n${documents[0]}\n\nQuestion: Who won the football world cup?`);
    const completion = await client.chat.completions.create({ model: 'gpt-4o', messages });
    expect(completion.choices[0]?.message.content).toBe(
      'The documents I was given do not say anything about that.',
    );
  });

  test('do as they are told with exactly', async () => {
    const client = clientOf(await startSimulator());
    const { output_text } = await client.responses.create({
      model: 'gpt-4o',
      input: 'Reply with exactly RESPONSE STREAM.',
    });
    expect(output_text).toBe('RESPONSE STREAM.');
  });

  test('are JSON where JSON is asked for', async () => {
    const client = clientOf(await startSimulator());
    const completion = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: ask('Say something as JSON'),
      response_format: { type: 'json_object' },
    });
    expect(typeof JSON.parse(completion.choices[0]?.message.content ?? '')).toBe('object');
    const without = client.chat.completions.create({
      model: 'gpt-4o',
      messages: ask('Say something'),
      response_format: { type: 'json_object' },
    });
    await expect(without).rejects.toThrow(/must contain the word 'json'/u);
  });
});
