import { attributes as ledger } from '@genvitals/conventions';
import { present } from './label-sets.ts';
import { CLIENT_KIND, runStep } from './step.ts';
import { textOf } from './words.ts';

/** A document, or a piece of one, that was found. */
export interface RetrievedDocument {
  readonly id?: string | number | undefined;
  readonly score?: number | undefined;
  /** What it says. */
  readonly content?: string | undefined;
}

/** What is looked up, and where. */
export interface RetrievalWords<Result> {
  /** The store that is searched, such as an index. */
  readonly dataSource: string;
  /** Recorded only where content is. */
  readonly query?: string | undefined;
  /** How many documents are asked for. */
  readonly topK?: number | undefined;
  /** Reads the documents of what was found; where absent, what was found is a list of them. */
  readonly documents?: ((found: Awaited<Result>) => readonly RetrievedDocument[] | undefined) | undefined;
}

/** More than any answer is made of. */
const MAX_DOCUMENTS = 1000;

/** Nothing but what is meant for it: what an app's own documents hold beside that may be large, such as vectors. */
function toDocument(found: RetrievedDocument | null | undefined): RetrievedDocument {
  const { id, score, content } = found ?? {};
  const name = textOf(id);
  return {
    ...(name !== undefined && { id: name }),
    ...(typeof score === 'number' && { score }),
    ...(typeof content === 'string' && { content }),
  };
}

/**
 * Runs `fn`, which looks something up, as a retrieval with a span of its own. Where content is recorded, the query and
 * the documents are: by them it is judged whether an answer keeps to what was found. Gives back just what `fn` gives,
 * and throws just what it throws.
 *
 * @example
 * const passages = await retrieval({ dataSource: 'handbook', query, topK: 5 }, () => index.search(query, 5));
 */
export function retrieval<Result>(words: RetrievalWords<Result>, fn: () => Result): Result {
  return runStep(
    'retrieval',
    (operation) => {
      const { dataSource, query, topK, documents } = words;
      const store = textOf(dataSource);
      return {
        operation,
        target: store,
        kind: CLIENT_KIND,
        attributes: present({
          [ledger.dataSourceId.key]: store,
          [ledger.retrievalTopK.key]: Number.isSafeInteger(topK) ? topK : undefined,
        }),
        details: {
          event: 'retrievalDetails',
          given: () => ({ texts: { [ledger.retrievalQueryText.key]: query } }),
          found: (result) => {
            const found: unknown = documents === undefined ? result : documents(result as Awaited<Result>);
            if (!Array.isArray(found)) return {};
            const list = found.slice(0, MAX_DOCUMENTS) as readonly RetrievedDocument[];
            return { [ledger.retrievalDocuments.key]: list.map(toDocument) };
          },
        },
      };
    },
    fn,
  );
}
