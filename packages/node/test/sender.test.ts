import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Sender } from '../src/exporter/sender.ts';
import type { Delivery, Transport } from '../src/exporter/transport.ts';

const down: Delivery = { outcome: 'retry', reason: 'ECONNREFUSED' };
const delivered: Delivery = { outcome: 'delivered' };

function create(answers: Delivery[]) {
  const sent: string[] = [];
  const troubles: string[] = [];
  let dropped = 0;
  let settled = 0;
  const transport: Transport = {
    target: 'http://collector.example',
    send: (body) => {
      sent.push(Buffer.from(body).toString());
      return Promise.resolve(answers.shift() ?? delivered);
    },
  };
  const sender = new Sender(transport, {
    maxWaitingBytes: 8 * 1024 * 1024,
    onDropped: () => {
      dropped += 1;
    },
    onSettled: (count) => {
      settled += count;
    },
    onTrouble: ({ reason }) => {
      troubles.push(reason);
    },
  });
  return { sender, sent, troubles, settled: () => settled, dropped: () => dropped };
}

describe('the sender of one signal', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('delivers in order', async () => {
    const { sender, sent, settled } = create([]);
    for (const body of ['a', 'b', 'c']) sender.push(Buffer.from(body));
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toEqual(['a', 'b', 'c']);
    expect(settled()).toBe(3);
  });

  test('waits longer each time nobody answers, and keeps the order', async () => {
    const { sender, sent, troubles, settled } = create([down, down]);
    sender.push(Buffer.from('a'));
    await vi.advanceTimersByTimeAsync(0);
    sender.push(Buffer.from('b'));
    await vi.advanceTimersByTimeAsync(999);
    expect(sent).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(['a', 'a']);
    await vi.advanceTimersByTimeAsync(1499);
    expect(sent).toEqual(['a', 'a']);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(['a', 'a', 'a', 'b']);
    expect(troubles).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
    expect(settled()).toBe(2);
  });

  test('comes again when it is asked to', async () => {
    const { sender, sent } = create([{ outcome: 'retry', reason: 'HTTP 503', afterMs: 30_000 }]);
    sender.push(Buffer.from('a'));
    await vi.advanceTimersByTimeAsync(29_999);
    expect(sent).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(['a', 'a']);
  });

  test('does not send again what was refused', async () => {
    const { sender, sent, settled } = create([{ outcome: 'refused', reason: 'HTTP 401' }]);
    sender.push(Buffer.from('a'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual(['a']);
    expect(settled()).toBe(1);
  });

  test('tries everything once and without backoff when it must end, and keeps what failed', async () => {
    const { sender, sent, settled } = create([down, delivered, down]);
    sender.push(Buffer.from('a'));
    await vi.advanceTimersByTimeAsync(0);
    sender.push(Buffer.from('b'));
    await sender.attemptAll();
    expect(sent).toEqual(['a', 'a', 'b']);
    expect(settled()).toBe(1);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(sent).toEqual(['a', 'a', 'b', 'b']);
    expect(settled()).toBe(2);
  });

  test('drops the oldest, which is told, when more comes than is taken', async () => {
    const { sender, sent, dropped } = create([]);
    for (const letter of ['a', 'b', 'c', 'd', 'e']) sender.push(Buffer.alloc(3 * 1024 * 1024, letter));
    await vi.advanceTimersByTimeAsync(0);
    // The first one is on its way.
    expect(sent.map((body) => body[0])).toEqual(['a', 'd', 'e']);
    expect(dropped()).toBe(2);
  });

  test('drops the oldest when too much waits for nobody, which was told', async () => {
    const { sender, sent, settled, dropped } = create([down]);
    const big = (letter: string): Buffer => Buffer.alloc(3 * 1024 * 1024, letter);
    sender.push(big('a'));
    await vi.advanceTimersByTimeAsync(0);
    for (const letter of ['b', 'c', 'd']) sender.push(big(letter));
    expect(settled()).toBe(2);
    expect(dropped()).toBe(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent.map((body) => body[0])).toEqual(['a', 'c', 'd']);
  });
});
