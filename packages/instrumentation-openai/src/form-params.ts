/** A multipart body: fields in the order in which they are sent. Looking at them reads no file. */
interface Form extends Iterable<readonly [name: string, value: unknown]> {
  readonly [Symbol.toStringTag]: string;
}

interface TaggedBody {
  readonly [Symbol.toStringTag]?: string;
  /** What the `MultipartBody` of openai 4 holds: a form on the web, what is left to send of one on Node. */
  readonly body?: unknown;
}

const FORM = 'FormData';
/** Requests have a dozen; lists make one each. */
const MAX_FIELDS = 200;

function isForm(body: unknown): body is Form {
  return (
    (body as TaggedBody | null | undefined)?.[Symbol.toStringTag] === FORM &&
    typeof (body as Partial<Form>)[Symbol.iterator] === 'function'
  );
}

function textFields(form: Form): Record<string, string> {
  const fields: Record<string, string> = {};
  let count = 0;
  for (const [name, value] of form) {
    if (typeof value === 'string') fields[name] = value;
    count++;
    if (count === MAX_FIELDS) break;
  }
  return fields;
}

/**
 * The parameters of a request, as far as they can be seen: as the app gave them, or as the texts of the form that the
 * client made of them. A body that is made while it is sent shows nothing; the client may name its model beside it.
 * @param model what the client noted of the request's model
 */
export function paramsOf(body: unknown, model: unknown): unknown {
  try {
    const tagged = body as TaggedBody | null | undefined;
    if (tagged?.[Symbol.toStringTag] === undefined) return body;
    if (isForm(tagged)) return { model, ...textFields(tagged) };
    return isForm(tagged.body) ? { model, ...textFields(tagged.body) } : { model };
  } catch {
    // What throws when it is looked at is the client's to complain of.
    return body;
  }
}
