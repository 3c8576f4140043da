// One receiver of a client: messages go out as its credit allows, and its settlements come back.
//
//   plain queue      attach -> open
//   named session    attach -> open, or refused when another holds it
//   next session     attach -> pending until a session has messages -> open
//   then             open -> closed by the client (its session is released), by the loss of the session lock, or dropped
//                    with the connection (its locks stay until they expire)

import type { Delivery as Transfer, Sender } from 'rhea';
import { messageLockLost, notAllowed, refusal } from './fault.ts';
import { allowance, answerAttach, confirm, confirmDrain, holdAttach } from './link.ts';
import type { Delivery, SessionLock } from './message.ts';
import type { Queue } from './queue.ts';
import { lockTag, ticks, toAmqp } from './wire.ts';

export const sessionFilter = 'com.microsoft:session-filter';

export class Outlet {
  readonly link: Sender;
  session: SessionLock | undefined;
  readonly #queue: Queue;
  readonly #unsettled = new Map<Transfer, Delivery>();
  readonly #deletes: boolean;
  #sent = 0;
  /** Asked the queue for a message or a session and not served yet; `#cancel` takes that back. */
  #waiting = false;
  #cancel: () => void = () => {};

  /** Throws the Fault with which to refuse the attach. */
  constructor(link: Sender, queue: Queue) {
    this.link = link;
    this.#queue = queue;
    // Sent settled is "receive and delete".
    this.#deletes = link.snd_settle_mode === 1;
    const filter = link.source.filter;
    const lost = (): void => this.#lost();
    if (!filter || !(sessionFilter in filter)) {
      if (queue.options.requiresSession) throw notAllowed(`${queue.options.name} requires sessions: accept a session.`);
      answerAttach(link);
    } else if (typeof filter[sessionFilter] === 'string') {
      this.#open(queue.acceptSession(filter[sessionFilter], link.connection, lost));
    } else {
      holdAttach(link);
      this.#waiting = true;
      this.#cancel = queue.whenSessionAvailable((session) => this.#open(session), link.connection, lost);
    }
  }

  /** Sends what credit and queue allow, then waits for more. */
  pump(): void {
    if (this.#waiting) return;
    while (this.#sent < allowance(this.link)) {
      const delivery = this.#queue.receive(this.link.connection, this.session);
      if (!delivery) break;
      this.#send(delivery);
    }
    if (this.#sent >= allowance(this.link)) return;
    this.#waiting = true;
    this.#cancel = this.#queue.whenAvailable(
      (delivery) => {
        this.#waiting = false;
        this.#send(delivery);
        this.pump();
      },
      this.link.connection,
      this.session,
    );
  }

  /** The client takes its credit back: nothing more is sent until it gives new credit. */
  drain(): void {
    this.stop();
    confirmDrain(this.link);
    this.#sent = allowance(this.link);
  }

  settle(transfer: Transfer, how: (delivery: Delivery) => void): void {
    const delivery = this.#unsettled.get(transfer);
    this.#unsettled.delete(transfer);
    try {
      if (!delivery) throw messageLockLost();
      how(delivery);
      confirm(transfer);
    } catch (error) {
      confirm(transfer, refusal(error));
    }
  }

  /** Waits no longer, for a message or for a session. */
  stop(): void {
    this.#cancel();
    this.#waiting = false;
  }

  /** After the client closed the link. */
  close(): void {
    this.stop();
    if (this.session) this.#queue.releaseSession(this.session);
  }

  #open(session: SessionLock): void {
    this.#waiting = false;
    this.session = session;
    answerAttach(this.link, {
      filter: { [sessionFilter]: session.sessionId },
      lockedUntil: ticks(session.lockedUntil),
    });
  }

  #lost(): void {
    this.stop();
    const description = `The lock of session '${this.session?.sessionId}' expired. Accept the session again.`;
    this.link.close({ condition: 'com.microsoft:session-lock-lost', description });
  }

  #send(delivery: Delivery): void {
    this.#sent++;
    const transfer = this.link.send(toAmqp(delivery.message, delivery), lockTag(delivery.lockToken));
    if (this.#deletes) this.#queue.complete(delivery);
    else this.#unsettled.set(transfer, delivery);
  }
}
