import type OpenAI from 'openai';

const EMBEDDING_MODEL = 'text-embedding-3-small';
/** Below this a document has nothing to do with the question. */
const MIN_SIMILARITY = 0.15;
export const MAX_PASSAGES = 3;

export interface Passage {
  readonly title: string;
  readonly text: string;
  readonly similarity: number;
}

export interface Retriever {
  /** The documents nearest to the question, nearest first; none if none is near enough. */
  find(question: string): Promise<Passage[]>;
}

/** Embeds the documents once; questions are compared with what was stored then. */
export async function createRetriever(
  openai: OpenAI,
  documents: readonly { readonly title: string; readonly text: string }[],
): Promise<Retriever> {
  const embed = async (input: string[]): Promise<number[][]> => {
    const { data } = await openai.embeddings.create({ model: EMBEDDING_MODEL, input });
    return data.map((item) => item.embedding);
  };
  const vectors = await embed(documents.map(({ title, text }) => `${title}\n${text}`));
  const stored = documents.map((document, index) => ({ ...document, vector: vectors[index] ?? [] }));

  return {
    async find(question) {
      const [asked = []] = await embed([question]);
      return stored
        .map(({ title, text, vector }) => ({ title, text, similarity: cosine(asked, vector) }))
        .filter(({ similarity }) => similarity >= MIN_SIMILARITY)
        .toSorted((a, b) => b.similarity - a.similarity)
        .slice(0, MAX_PASSAGES);
    },
  };
}

function cosine(a: readonly number[], b: readonly number[]): number {
  let product = 0;
  let squaresOfA = 0;
  let squaresOfB = 0;
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    product += value * other;
    squaresOfA += value * value;
    squaresOfB += other * other;
  }
  return product === 0 ? 0 : product / Math.sqrt(squaresOfA * squaresOfB);
}
