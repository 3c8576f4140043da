// Any interleaving of what senders, receivers and time can do to a queue with sessions, and what was seen meanwhile.

import { array, constant, constantFrom, integer, nat, oneof, record, type Arbitrary } from 'fast-check';
import { SimulatedClock } from '../../../../tools/local/clock.ts';
import type { Delivery, SessionLock } from '../../../../tools/local/servicebus/message.ts';
import { Queue } from '../../../../tools/local/servicebus/queue.ts';

export const start = Date.parse('2026-11-01T00:00:00Z');
export const lockDuration = 30_000;

/** `pick` chooses among the sessions or deliveries held at that moment. */
type Step =
  | { kind: 'send'; session: number }
  | { kind: 'accept' }
  | { kind: 'receive' | 'release' | 'renew'; pick: number }
  | { kind: 'complete' | 'abandon' | 'deadLetter'; pick: number }
  | { kind: 'wait'; seconds: number };

const step: Arbitrary<Step> = oneof(
  record({ kind: constant('send' as const), session: integer({ min: 0, max: 3 }) }),
  record({ kind: constant('accept' as const) }),
  record({
    kind: constantFrom('receive' as const, 'receive' as const, 'release' as const, 'renew' as const),
    pick: nat(),
  }),
  record({ kind: constantFrom('complete' as const, 'abandon' as const, 'deadLetter' as const), pick: nat() }),
  record({ kind: constant('wait' as const), seconds: integer({ min: 1, max: 40 }) }),
);

export const histories = array(step, { maxLength: 100, size: 'max' });

const bodies = (queue: Queue | undefined): unknown[] => (queue?.peek(1, Infinity) ?? []).map(({ body }) => body);
const choose = <T>(from: Set<T>, pick: number): T | undefined => [...from].at(pick % Math.max(1, from.size));

export class History {
  readonly clock = new SimulatedClock(start, 1_000);
  readonly queue = new Queue({ name: 'orders', lockDuration, requiresSession: true, maxDeliveryCount: 3 }, this.clock);
  readonly sessions = new Set<SessionLock>();
  readonly held = new Set<Delivery>();
  readonly completed: unknown[] = [];
  /** What Service Bus promises never to do, and was seen. */
  readonly surprises: string[] = [];
  sent = 0;

  async run(steps: Step[]): Promise<void> {
    for (const action of steps) {
      if (action.kind === 'send') this.queue.send({ body: this.sent++, sessionId: `s${action.session}` });
      else if (action.kind === 'accept') this.#accept();
      else if (action.kind === 'wait') await this.clock.advance(action.seconds * 1_000);
      else if (action.kind === 'receive' || action.kind === 'release' || action.kind === 'renew') {
        const session = choose(this.sessions, action.pick);
        if (session) this.#inSession(action.kind, session);
      } else {
        const delivery = choose(this.held, action.pick);
        if (delivery) this.#settle(action.kind, delivery);
      }
    }
  }

  /** Every message must be in exactly one place: completed, still in the queue, or among the dead letters. */
  places(): unknown[] {
    return [...this.completed, ...bodies(this.queue), ...bodies(this.queue.deadLetters)].sort(
      (a, b) => Number(a) - Number(b),
    );
  }

  #accept(): void {
    const mine: SessionLock[] = [];
    const cancel = this.queue.whenSessionAvailable(
      (session) => {
        const others = [...this.sessions].map(({ sessionId }) => sessionId);
        if (others.includes(session.sessionId)) this.surprises.push(`${session.sessionId} was locked twice`);
        mine.push(session);
        this.sessions.add(session);
      },
      'test',
      () => mine.forEach((session) => this.#forget(session)),
    );
    cancel();
  }

  #forget(session: SessionLock): void {
    this.sessions.delete(session);
    for (const delivery of this.held) if (delivery.session === session) this.held.delete(delivery);
  }

  #inSession(kind: 'receive' | 'release' | 'renew', session: SessionLock): void {
    if (kind === 'renew') this.queue.renewSession(session);
    else if (kind === 'receive') this.#receive(session);
    else {
      this.queue.releaseSession(session);
      this.#forget(session);
    }
  }

  #receive(session: SessionLock): void {
    const oldest = this.queue.peek(1, Infinity, session.sessionId).find(({ state }) => state === 'active');
    const delivery = this.queue.receive('test', session);
    if (delivery?.message.body !== oldest?.body) this.surprises.push(`${session.sessionId} was not in order`);
    if (delivery) this.held.add(delivery);
  }

  #settle(kind: 'complete' | 'abandon' | 'deadLetter', delivery: Delivery): void {
    this.held.delete(delivery);
    this.queue[kind](delivery);
    if (kind === 'complete') this.completed.push(delivery.message.body);
  }
}
