// The sending end of a link, with the few things rhea does not offer a server: all use of its private parts is here.

import rhea, { type Delivery, type Sender } from 'rhea';
import type { Fault } from './fault.ts';

interface Private {
  local: { attach: Record<string, unknown> };
  state: { local_open: boolean; open_requests: number };
  credit: number;
  delivery_count: number;
  issue_flow: boolean;
  _draining: boolean;
  _get_drain: () => boolean;
}

const inside = (link: Sender): Private => link as unknown as Private;
const outcomes = rhea.message as unknown as {
  accepted: () => { described: () => unknown };
  rejected: (fields: { error: object }) => { described: () => unknown };
};

/** Keeps rhea from answering an attach, which it would do on the next tick; `answerAttach` does it later. */
export function holdAttach(link: Sender): void {
  Object.assign(inside(link).state, { local_open: false, open_requests: 0 });
}

/** Answers an attach with the settle mode the client asked for and, for a session, with what was locked. */
export function answerAttach(link: Sender, session?: { filter: object; lockedUntil: Buffer }): void {
  const { attach } = inside(link).local;
  attach['snd_settle_mode'] = link.snd_settle_mode;
  link.set_source({ ...link.source, ...(session && { filter: session.filter }) });
  link.set_target(link.target);
  if (session) {
    attach['properties'] = { 'com.microsoft:locked-until-utc': rhea.types.wrap_long(session.lockedUntil) };
  }
  link.open();
}

/** How many deliveries the client allows since the link began. Sending does not change it, as rhea defers transfers. */
export const allowance = (link: Sender): number => inside(link).delivery_count + inside(link).credit;

/**
 * Tells the client that nothing more comes for its credit. rhea says so only while credit is left; when the last
 * message and the request to drain cross on the wire, the client would wait in vain and close the link.
 */
export function confirmDrain(link: Sender): void {
  const own = inside(link);
  own['_get_drain'] = () => {
    if (!own['_draining']) return false;
    own.delivery_count += own.credit;
    own.credit = 0;
    return true;
  };
  own.issue_flow = true;
}

/** Confirms a settlement, or refuses it. */
export function confirm(delivery: Delivery, fault?: Fault): void {
  const outcome = fault
    ? outcomes.rejected({ error: { condition: fault.condition, description: fault.message } })
    : outcomes.accepted();
  delivery.update(true, outcome.described());
  // The client settled when it read this and never says so; unmarked, rhea would keep the delivery in its buffer.
  (delivery as { remote_settled: boolean }).remote_settled = true;
}
