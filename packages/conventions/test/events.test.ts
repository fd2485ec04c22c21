import { expect, test } from 'vitest';
import { attributes, type EventName, type EventRow, events } from '@genvitals/conventions';
import { ledgerName } from './ledger-name.ts';

const rows = Object.entries(events) as [EventName, EventRow][];
const NUMBERS = { INFO: 9, WARN: 13 } as const;

test.each(rows)('%s is named after its wire name', (name, row) => {
  expect(name).toBe(ledgerName(row.name));
});

test('no two events have one name', () => {
  expect(new Set(rows.map(([, { name }]) => name)).size).toBe(rows.length);
});

test("severities have OpenTelemetry's numbers", () => {
  for (const [, { severityText, severityNumber }] of rows) expect(severityNumber).toBe(NUMBERS[severityText]);
});

test('an event names each of its attributes once', () => {
  for (const [name, { attributes: names }] of rows) {
    if (names === 'call') continue;
    expect(new Set(names).size, name).toBe(names.length);
    expect(names.length, name).toBeGreaterThan(0);
  }
});

test('events about a case can be joined to calls, and say nothing that needs the content gate', () => {
  for (const name of [
    'taskOutcome',
    'conversationEscalated',
    'conversationAbandoned',
    'conversion',
  ] as const) {
    expect(events[name].attributes).toEqual(
      expect.arrayContaining(['conversationId', 'featureName', 'experimentVariant']),
    );
    for (const attribute of events[name].attributes)
      expect(attributes[attribute]).not.toHaveProperty('content');
  }
});

test('every call has one event at severity info', () => {
  expect(events.inferenceOperationDetails).toMatchObject({
    name: 'gen_ai.client.inference.operation.details',
    severityText: 'INFO',
    attributes: 'call',
  });
});
