// The AMQP side: links of clients on the queues of the model.

import type { Socket } from 'node:net';
import rhea, {
  type Connection,
  type Container,
  type EventContext,
  type Message as AmqpMessage,
  type Sender,
} from 'rhea';
import { Fault, refusal } from './fault.ts';
import type { Delivery } from './message.ts';
import { Outlet } from './outlet.ts';
import type { Queue } from './queue.ts';
import { answer } from './requests.ts';
import { messagesIn } from './wire.ts';

/** Bytes; the limit of the standard tier, by which clients fill batches. */
const maxMessageSize = 256 * 1024;

const settlements = ['accepted', 'released', 'modified', 'rejected'] as const;

export class Broker {
  readonly #container: Container;
  readonly #connections = new Set<Connection>();
  readonly #outlets = new Map<Sender, Outlet>();
  readonly #find: (name: string) => Queue | undefined;

  /** `find` resolves an entity path, also that of a dead-letter queue. */
  constructor(find: (name: string) => Queue | undefined) {
    this.#find = find;
    this.#container = rhea.create_container({
      autoaccept: false,
      treat_modified_as_released: false,
      tcp_no_delay: true,
      // rhea keeps what clients never settle; its default of 2048 would block a long-lived connection.
      session_buffer_size: { incoming: 2048, outgoing: 65_536 },
    });
    this.#listen();
  }

  /** Serves AMQP on a socket whose first bytes are still to be read. */
  accept(socket: Socket): void {
    const connection = this.#container.create_connection({ ...this.#container.options, port: 0 });
    this.#connections.add(connection);
    connection['accept'](socket);
    // Clients leave Nagle's algorithm on: after a frame that needs no reply they wait up to 40 ms for an acknowledgement
    // before they send the next. An empty frame, which AMQP has for keeping connections alive, carries it at once.
    socket.on('data', () => setImmediate(() => connection.is_open() && connection['_write_frame']()));
  }

  /** Messages of the queue locked by a client whose connection is open. */
  liveDeliveries(queue: Queue): number {
    const held = [...queue.deliveries(), ...queue.waitingSessions()];
    return held.filter(({ owner }) => this.#connections.has(owner as Connection)).length;
  }

  #listen(): void {
    const on = (name: string, run: (context: EventContext) => void): void => void this.#container.on(name, run);
    on('sender_open', ({ sender }) => sender && this.#openSender(sender));
    on('receiver_open', (context) => this.#openReceiver(context));
    on('message', (context) => this.#receive(context));
    on('sender_flow', ({ sender }) => sender && this.#outlets.get(sender)?.pump());
    on('sender_draining', ({ sender }) => sender && this.#outlets.get(sender)?.drain());
    for (const name of settlements) on(name, (context) => this.#settle(name, context));
    on('sender_close', ({ sender }) => this.#end('close', (link) => link === sender));
    on('session_close', ({ session }) => this.#end('close', (link) => link.session === session));
    // A connection that breaks says nothing about its work, which may go on: there, locks stay until they expire.
    for (const [name, how] of [
      ['connection_close', 'close'],
      ['disconnected', 'stop'],
    ] as const) {
      on(name, ({ connection }) => {
        this.#connections.delete(connection);
        this.#end(how, (link) => link.connection === connection);
      });
    }
    // An error a client closes with is followed by the close; rhea takes an unheard one for a failure of the process.
    for (const name of ['receiver_close', 'connection_error']) on(name, () => {});
  }

  #openSender(link: Sender): void {
    const address = link.source.address;
    if (address === '$cbs' || address.endsWith('/$management')) return;
    this.#refusing(link, () => this.#outlets.set(link, new Outlet(link, this.#queue(address))));
  }

  #openReceiver({ receiver }: EventContext): void {
    if (!receiver) return;
    const address = receiver.target.address;
    const link = receiver as unknown as { local: { attach: { max_message_size: number } } };
    link.local.attach.max_message_size = maxMessageSize;
    if (address !== '$cbs') this.#refusing(receiver, () => this.#queue(address.replace(/\/\$management$/, '')));
  }

  #receive({ receiver, message, delivery, connection, ...context }: EventContext): void {
    if (!receiver || !message || !delivery) return;
    const [path = '', node] = receiver.target.address.split(/\/?(\$cbs|\$management)$/);
    try {
      if (node === '$cbs')
        this.#reply(connection, message, { body: null, application_properties: { 'status-code': 200 } });
      else if (node === '$management') this.#reply(connection, message, this.#answer(connection, message, path));
      else this.#queue(path).send(...messagesIn(message, (context as { format?: number }).format));
      delivery.accept();
    } catch (error) {
      const { condition, message: description } = refusal(error);
      delivery.reject({ condition, description });
    }
  }

  #answer(connection: Connection, request: AmqpMessage, path: string): AmqpMessage {
    return answer(request, this.#queue(path), (name) => {
      const outlets = [...this.#outlets.values()];
      return outlets.find(({ link }) => link.connection === connection && link.name === name)?.session;
    });
  }

  #reply(connection: Connection, { reply_to, message_id }: AmqpMessage, reply: AmqpMessage): void {
    const sender = connection.find_sender((link: Sender) => link.name === reply_to);
    sender?.send({ ...reply, ...(message_id !== undefined && { correlation_id: message_id }) });
  }

  #settle(how: (typeof settlements)[number], { sender, delivery }: EventContext): void {
    const outlet = sender && this.#outlets.get(sender);
    if (!outlet || !delivery) return;
    const state = delivery.remote_state ?? {};
    outlet.settle(delivery, this.#settlement(how, state, this.#queue(outlet.link.source.address)));
  }

  #settlement(how: (typeof settlements)[number], state: Record<string, unknown>, queue: Queue) {
    return (delivery: Delivery): void => {
      if (how === 'accepted') queue.complete(delivery);
      else if (how === 'rejected') {
        const { info } = state['error'] as { info?: Record<string, string> };
        queue.deadLetter(delivery, info?.['DeadLetterReason'], info?.['DeadLetterErrorDescription']);
      } else if (state['undeliverable_here']) throw new Fault('amqp:not-implemented', 'Deferring is not modelled.');
      else queue.abandon(delivery);
    };
  }

  #queue(address: string): Queue {
    const queue = this.#find(address);
    if (queue) return queue;
    throw new Fault('amqp:not-found', `The messaging entity '${address}' could not be found.`);
  }

  #refusing(link: { close: Sender['close'] }, open: () => void): void {
    try {
      open();
    } catch (error) {
      const { condition, message: description } = refusal(error);
      link.close({ condition, description });
    }
  }

  #end(how: 'close' | 'stop', of: (link: Sender) => boolean): void {
    for (const [link, outlet] of this.#outlets) {
      if (!of(link)) continue;
      this.#outlets.delete(link);
      outlet[how]();
    }
  }
}
