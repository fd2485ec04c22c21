import { describe, expect, test } from 'vitest';
import { type Counter, Counters } from '../src/counters.ts';
import { endpoints } from '../src/endpoints/index.ts';
import { UNSET_FEATURE } from '../src/feature.ts';
import { LabelSets } from '@genvitals/context/host';
import { FOLDING } from '../src/counters.ts';
import { SeriesTable } from '../src/series-table.ts';
import { type ClientShape, type Server, ServerTable } from '../src/server.ts';

const [chat] = endpoints;
if (chat === undefined) throw new Error('there is no endpoint');

function createTable(): { table: SeriesTable; counters: Counters } {
  const counters = new Counters();
  return { counters, table: new SeriesTable(counters, () => ({ request: [], response: [] })) };
}

const servers = new ServerTable([{ host: 'internal', port: undefined, provider: 'mine' }], () => undefined);
const serverOf = (client: ClientShape): Server => servers.of(client);

const UNSET = UNSET_FEATURE;

function totalOf(counter: Counter): number {
  return [...counter.cells].reduce((sum, { value }) => sum + value, 0);
}

describe('rows of calls', () => {
  test('the same call finds the same row', () => {
    const { table } = createTable();
    const server = serverOf({ baseURL: 'https://api.openai.com/v1' });
    const row = table.request(chat, server, 'm', UNSET);
    expect(table.request(chat, server, 'm', UNSET)).toBe(row);
    expect(table.request(chat, server, 'n', UNSET)).not.toBe(row);
    expect(row.response('m-1')).toBe(row.response('m-1'));
    expect(row.response('m-1')).not.toBe(row.response('m-2'));
  });

  test('models above the cap share one row, whose name is other', () => {
    const { table } = createTable();
    const server = serverOf({ baseURL: 'https://api.openai.com/v1' });
    const rows = Array.from({ length: 3000 }, (_, count) => table.request(chat, server, `m-${count}`, UNSET));
    expect(new Set(rows).size).toBe(1501);
    expect(rows.at(-1)).toMatchObject({ model: 'other', feature: { name: 'other' } });
    expect(rows.at(-1)).toBe(rows.at(-2));
    // Those that were there before go on.
    expect(table.request(chat, server, 'm-0', UNSET)).toBe(rows[0]);
  });

  test('a server for every call shares one row a provider above the cap', () => {
    const { table } = createTable();
    const rows = Array.from({ length: 3000 }, (_, count) =>
      table.request(chat, serverOf({ baseURL: `https://host-${count}.internal/v1` }), 'm', UNSET),
    );
    expect(new Set(rows).size).toBe(1501);
    expect(rows.at(-1)?.server).toEqual({ provider: 'mine', address: 'other', port: undefined });
    const azure = table.request(chat, serverOf({ baseURL: 'https://x.openai.azure.com' }), 'm', UNSET);
    expect(azure.server.provider).toBe('azure.ai.openai');
  });

  test('a served model for every answer shares one above the cap', () => {
    const { table, counters } = createTable();
    const row = table.request(chat, serverOf({ baseURL: 'https://api.openai.com/v1' }), 'm', UNSET);
    for (let count = 0; count < 3000; count += 1)
      row.response(`served-${count}`).countCall({ outcome: 'success' });
    row.response(undefined).countCall({ outcome: 'error' });
    expect([...counters.calls.cells].length).toBeLessThan(110);
    expect(totalOf(counters.calls)).toBe(3001);
    const other = [...counters.calls.cells].find(
      ({ attributes }) => attributes['gen_ai.response.model'] === 'other',
    );
    expect(other?.value).toBeGreaterThan(2890);
  });
});

describe('what a cap makes of labels', () => {
  const cappedOf = ({ capped }: Counters): Record<string, number> =>
    Object.fromEntries(
      [...capped.cells].map(({ attributes, value }) => [attributes['genvitals.label'], value]),
    );

  test('is counted by label, from 0 on', () => {
    const { table, counters } = createTable();
    const server = serverOf({ baseURL: 'https://api.openai.com/v1' });
    const none = {
      'gen_ai.request.model': 0,
      'gen_ai.response.model': 0,
      'genvitals.feature.name': 0,
      'server.address': 0,
      'gen_ai.provider.name': 0,
      'gen_ai.prompt.name': 0,
      'gen_ai.prompt.version': 0,
      'genvitals.experiment.name': 0,
      'genvitals.experiment.variant': 0,
    };
    expect(cappedOf(counters)).toEqual(none);
    for (let count = 0; count < 1500; count += 1) table.request(chat, server, `m-${count}`, UNSET);
    expect(cappedOf(counters)).toEqual(none);
    for (let count = 0; count < 3; count += 1) table.request(chat, server, 'one more', UNSET);
    expect(cappedOf(counters)).toEqual({
      ...none,
      'gen_ai.request.model': 3,
      'genvitals.feature.name': 3,
      'server.address': 3,
    });
    const row = table.request(chat, server, 'm-0', UNSET);
    for (let count = 0; count < 110; count += 1) row.response(`served-${count}`);
    expect(cappedOf(counters)['gen_ai.response.model']).toBeGreaterThan(0);
  });
});

describe('what the cap of a counter makes of labels', () => {
  test('is counted as that of a row is', () => {
    const counters = new Counters();
    counters.cellCap = 2;
    for (let count = 0; count < 5; count += 1)
      counters.calls.cell({ 'gen_ai.request.model': `m-${count}`, 'genvitals.feature.name': 'shop' });
    const capped = [...counters.capped.cells].filter(({ value }) => value > 0);
    expect(capped.map(({ attributes, value }) => [attributes['genvitals.label'], value])).toEqual([
      ['gen_ai.request.model', 3],
      ['genvitals.feature.name', 3],
    ]);
  });
});

describe('a counter', () => {
  const labels = (count: number): Record<string, string | number> => ({
    'gen_ai.request.model': `m-${count}`,
    'genvitals.feature.name': 'shop',
    'server.address': 'a',
    'server.port': 1,
    'error.type': '500',
  });

  test('has one cell a label set', () => {
    const counter = new LabelSets({ cap: () => 10, make: () => 0, ...FOLDING });
    expect(counter.cell(labels(1))).toBe(counter.cell(labels(1)));
    expect(counter.cell({ ...labels(1), absent: undefined })).toBe(counter.cell(labels(1)));
    expect(counter.cell(labels(2))).not.toBe(counter.cell(labels(1)));
  });

  test('folds what comes above its cap by the labels that are open, and loses nothing', () => {
    const counter = new LabelSets({ cap: () => 10, make: () => 0, ...FOLDING });
    for (let count = 0; count < 100; count += 1) counter.cell(labels(count)).value += 1;
    const cells = [...counter.cells];
    expect(cells).toHaveLength(11);
    expect(totalOf(counter)).toBe(100);
    expect(cells.at(-1)).toEqual({
      value: 90,
      attributes: {
        'gen_ai.request.model': 'other',
        'genvitals.feature.name': 'other',
        'server.address': 'other',
        'error.type': '500',
      },
    });
    counter.cell(labels(3)).value += 1;
    expect(cells[3]?.value).toBe(2);
  });

  test('of an app’s own SDK stays below the limit of 2,000 label sets at which that begins to lose counts', () => {
    const { table, counters } = createTable();
    const server = serverOf({ baseURL: 'https://api.openai.com/v1' });
    for (let count = 0; count < 1500; count += 1) {
      const row = table.request(chat, server, `m-${count}`, UNSET).response('served');
      row.countCall({ outcome: 'success' });
      row.countTokens({
        input: 1,
        cache_read: 1,
        cache_write: 1,
        output: 1,
        reasoning: 1,
        audio_input: 1,
        audio_output: 1,
        image_input: 1,
        image_output: 1,
      });
    }
    for (const counter of [counters.calls, counters.tokens, ...Object.values(counters.usage)]) {
      expect([...counter.cells].length).toBeLessThan(2000);
    }
    expect(totalOf(counters.calls)).toBe(1500);
    expect(totalOf(counters.tokens)).toBe(9 * 1500);
  });
});
