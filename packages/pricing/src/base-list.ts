import {
  findProvider,
  type MatchLogic,
  type ModelInfo,
  type ModelPrice,
  type Provider,
} from '@pydantic/genai-prices';

/** A model of the list. */
export interface ListedModel {
  readonly match: MatchLogic;
  readonly prices: ModelInfo['prices'];
}

const MS_PER_SECOND = 1000;
const SECONDS_PER_DAY = 86_400;

/** A date at the end of a name as OpenAI's own names have it, and some resellers' do not: -20240806. */
const PACKED_DATE = /(-)(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g;

function withDashes(model: string): string {
  return model.replaceAll(PACKED_DATE, (packed, dash: string, year: string, month: string, day: string) => {
    const date = `${year}-${month}-${day}`;
    const moment = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
    return moment.toISOString().startsWith(date) ? `${dash}${date}` : packed;
  });
}

function isMatch(logic: MatchLogic, name: string): boolean {
  if ('or' in logic) return logic.or.some((each) => isMatch(each, name));
  if ('and' in logic) return logic.and.every((each) => isMatch(each, name));
  if ('equals' in logic) return name === logic.equals.toLowerCase();
  if ('starts_with' in logic) return name.startsWith(logic.starts_with.toLowerCase());
  if ('ends_with' in logic) return name.endsWith(logic.ends_with.toLowerCase());
  if ('contains' in logic) return name.includes(logic.contains.toLowerCase());
  return new RegExp(logic.regex).test(name);
}

const providers = new Map<string, Provider | undefined>();

/** Each is looked up once: the published list is text until it is asked for. */
function providerOf(listId: string): Provider | undefined {
  if (!providers.has(listId)) providers.set(listId, findProvider({ providerId: listId }));
  return providers.get(listId);
}

/** What a list calls its models. */
export function listedIds(listId: string): readonly string[] {
  return providerOf(listId)?.models.map(({ id }) => id) ?? [];
}

function findIn(listId: string, name: string, isReseller: boolean): ListedModel | undefined {
  const provider = providerOf(listId);
  const model = provider?.models.find(({ match }) => isMatch(match, name));
  if (model !== undefined || !isReseller) return model;
  for (const other of provider?.fallback_model_providers ?? []) {
    const found = findIn(other, name, false);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The model of a name, by the rules of genai-prices: what it names first, then what the provider resells. */
export function findListedModel(listId: string, model: string): ListedModel | undefined {
  const name = model.toLowerCase().trim();
  const found = findIn(listId, name, true);
  if (found !== undefined) return found;
  const dashed = withDashes(name);
  return dashed === name ? undefined : findIn(listId, dashed, true);
}

function secondsOf(timeOfDay: string): number {
  return Date.parse(`1970-01-01T${timeOfDay}`) / MS_PER_SECOND;
}

/** The prices of a moment: of those that hold then, the last. */
export function pricesAt(prices: ModelInfo['prices'], atMs: number): ModelPrice {
  if (!Array.isArray(prices)) return prices;
  const seconds = (((atMs / MS_PER_SECOND) % SECONDS_PER_DAY) + SECONDS_PER_DAY) % SECONDS_PER_DAY;
  const holding = prices.findLast(({ constraint }) => {
    if (constraint === undefined) return true;
    if (constraint.type === 'start_date') return atMs >= Date.parse(constraint.start_date);
    const start = secondsOf(constraint.start_time);
    const end = secondsOf(constraint.end_time);
    return end < start ? seconds >= start || seconds < end : seconds >= start && seconds < end;
  });
  return (holding ?? prices[0])?.prices ?? {};
}
