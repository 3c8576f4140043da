// A local Service Bus namespace for the real `@azure/service-bus` clients: queues over AMQP 1.0, and the management API
// over HTTPS, on one port, because the administration client speaks HTTPS to the very host and port of the namespace.
// Time is that of the injected clock: locks, schedules, expiry and duplicate detection follow it.
//
// Not modelled: topics (a subscription is a queue by the name `TOPIC/subscriptions/NAME`), rules, transactions, deferring, session state, forwarding, partitions, WebSockets,
// size quotas, settling over a link other than that of the receipt, throttling of AMQP operations, permissions (any token opens everything), durability (a restart is empty),
// properties to modify when settling, and the time-out of a pending acceptNextSession: the client's own time-out, which
// is one of real time, ends it.
//
// Clients judge `lockedUntil` by the clock of the machine, so their own lock renewal makes no sense on simulated time:
// switch it off with `maxAutoLockRenewalDurationInMs: 0` and renew by the simulated clock where needed.

import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { Broker } from './broker.ts';
import { answerManagement, type Throttling } from './management.ts';
import { Queue, type QueueOptions } from './queue.ts';

export interface ServiceBusOptions {
  clock: Clock;
  queues: readonly QueueOptions[];
  /** PEM; see `localCertificate`. */
  tls: { key: string; cert: string };
  /** Default: any free port. */
  port?: number;
}

/** The first byte of a TLS connection: a record of type handshake. AMQP begins with the letter A. */
const tlsHandshake = 0x16;

export class LocalServiceBus {
  /** Makes runtime properties lie as those of a throttled namespace: true for counts of 0, 'busy' for 503. */
  throttled: Throttling = false;
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #queues = new Map<string, Queue>();
  readonly #broker: Broker;

  /** Use `startServiceBus`: `server` listens already. */
  constructor(server: Server, { clock, queues, tls }: ServiceBusOptions) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    for (const options of queues) this.#queues.set(options.name.toLowerCase(), new Queue(options, clock));
    this.#broker = new Broker((path) => this.#find(path));
    const https = createHttpsServer(tls, (request, response) => {
      response.once('close', clock.hold());
      answerManagement(request, response, this.#queues, this.throttled);
    });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket)).on('error', () => {});
      socket.once('data', (first) => {
        socket.pause();
        socket.unshift(first);
        if (first[0] === tlsHandshake) https.emit('connection', socket);
        else this.#broker.accept(socket);
        process.nextTick(() => socket.resume());
      });
    });
  }

  /** The fully qualified name for clients that are given a credential. */
  get host(): string {
    return `localhost:${this.port}`;
  }

  get connectionString(): string {
    return `Endpoint=sb://${this.host};SharedAccessKeyName=k;SharedAccessKey=v;UseDevelopmentEmulator=true;`;
  }

  /** The model of a queue, for those in the same process. Throws when no queue of that name was declared. */
  queue(name: string): Queue {
    const queue = this.#find(name);
    if (queue) return queue;
    throw new Error(`No queue '${name}'. Declared are: ${[...this.#queues.keys()].join(', ')}.`);
  }

  /** Messages and sessions of the queue on their way to, or with, a client whose connection is open. */
  liveDeliveries(name: string): number {
    return this.#broker.liveDeliveries(this.queue(name));
  }

  /** Drops all connections; close the clients first, as they try to reconnect. */
  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy(new Error('The local Service Bus is closed.'));
    await once(this.#server, 'close');
  }

  #find(path: string): Queue | undefined {
    const [name = '', dead] = path.toLowerCase().split('/$deadletterqueue');
    const queue = this.#queues.get(name);
    return dead === undefined ? queue : queue?.deadLetters;
  }
}

/** Starts a namespace with the given queues on `localhost`. */
export async function startServiceBus(options: ServiceBusOptions): Promise<LocalServiceBus> {
  const server = createServer().listen(options.port ?? 0, 'localhost');
  await once(server, 'listening');
  return new LocalServiceBus(server, options);
}
