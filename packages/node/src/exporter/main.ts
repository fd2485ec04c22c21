import { createRequire } from 'node:module';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type * as grpcModule from './grpc-transport.ts';
import { createHttpTransport } from './http-transport.ts';
import type { ExporterThreadData, FromExporter, Protocol, Signal, ToExporter } from './messages.ts';
import { Sender } from './sender.ts';
import type { Delivery, Transport } from './transport.ts';

const data = workerData as ExporterThreadData & { readonly port: MessagePort };
const { port } = data;
const transports = new Map<Signal, Transport>();
const senders = new Map<Signal, Sender>();

function tell(message: FromExporter): void {
  port.postMessage(message);
}

function createTransport(signal: Signal, protocol: Protocol): Transport {
  if (protocol === 'grpc') {
    // A file of its own: @grpc/grpc-js is an optional peer, and is imported there.
    const { createGrpcTransport } = createRequire(import.meta.url)('#grpc') as typeof grpcModule;
    return createGrpcTransport(signal);
  }
  return createHttpTransport(
    signal,
    protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
    data.endpoint,
  );
}

for (const [signal, protocol] of Object.entries(data.protocols) as [Signal, Protocol][]) {
  const transport = createTransport(signal, protocol);
  transports.set(signal, transport);
  senders.set(
    signal,
    new Sender(transport, {
      maxWaitingBytes: data.maxWaitingBytes,
      onDropped: (target) => {
        tell({
          kind: 'trouble',
          key: `${data.advice.receiver}-slow`,
          sentence: `${target} takes telemetry more slowly than it comes, so the oldest is dropped: give it more room, or record less`,
        });
      },
      onSettled: (count) => {
        tell({ kind: 'settled', count });
      },
      onTrouble: (failure, target) => {
        const isDown = failure.outcome === 'retry';
        tell({
          kind: 'trouble',
          key: isDown ? `${data.advice.receiver}-down` : `${data.advice.receiver}-refuses ${failure.reason}`,
          sentence: isDown
            ? `no telemetry gets through to ${target} (${failure.reason}): a little is kept and sent once it answers, the rest is dropped. ${data.advice.whenDown}`
            : `${target} does not take our ${signal} (${failure.reason}), so they are dropped: ${data.advice.whenRefused}`,
        });
      },
    }),
  );
}

async function attemptAll(): Promise<void> {
  await Promise.all([...senders.values()].map((sender) => sender.attemptAll()));
}

let probing: Promise<void> | undefined;

/** An export without content is valid, and answered like any other. */
async function probe(): Promise<void> {
  const [signal, transport] = transports.entries().next().value ?? [];
  if (signal === undefined || transport === undefined) return;
  const protocol = data.protocols[signal] ?? 'http/protobuf';
  const words = `exporting to ${transport.target.replace(`/v1/${signal}`, '')} (${protocol})`;
  tell({ kind: 'probed', words, isFinal: false });
  const delivery = await transport.send(protocol === 'http/json' ? Buffer.from('{}') : new Uint8Array(0));
  tell({ kind: 'probed', words: `${words}, which ${toWords(delivery)}`, isFinal: true });
}

function toWords(delivery: Delivery): string {
  if (delivery.outcome === 'delivered') return 'answers';
  return delivery.outcome === 'retry'
    ? `does not answer (${delivery.reason})`
    : `refuses (${delivery.reason})`;
}

async function answer(message: ToExporter): Promise<void> {
  switch (message.kind) {
    case 'export':
      senders.get(message.signal)?.push(message.body);
      break;
    case 'attempt':
      await attemptAll();
      tell({ kind: 'attempted', id: message.id });
      break;
    case 'finish':
      Atomics.store(data.finished, 1, message.round);
      Atomics.notify(data.finished, 1);
      await Promise.all([attemptAll(), probing]);
      Atomics.store(data.finished, 0, message.round);
      Atomics.notify(data.finished, 0);
      break;
    case 'probe':
      probing = probe();
      break;
  }
}

parentPort?.on('message', (message: ToExporter) => {
  void answer(message);
});
