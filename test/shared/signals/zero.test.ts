import { describe, expect, it } from 'vitest';
import type { Beat } from '../../../shared/ports/stores.ts';
import { demandOf } from '../../../shared/signals/demand.ts';
import { zeroConfirmed } from '../../../shared/signals/zero.ts';
import { inputOf, NOW, observationOf, stateOf } from '../../support/observation-of.ts';

const MINUTE = 60_000;

const beat = (replica: string, secondsAgo: number, changes: Partial<Beat> = {}): Beat => ({
  replica,
  busy: false,
  at: NOW - secondsAgo * 1000,
  ...changes,
});

const zeroAt = (at: number) => ({
  queue: { status: 'read' as const, value: { active: 0, deadLetter: 0, scheduled: 0 }, at },
});

/** Whether a zero is believed that has lasted for some seconds after ten messages were seen. */
const believed = (
  seconds: number,
  beats: Beat[] = [],
  minutes: { minute: number; active: number }[] = [],
  utilization = 0.5,
): boolean =>
  zeroConfirmed(
    inputOf({
      state: stateOf({ samples: [[NOW - seconds * 1000 - 5_000, 10, 10]] }),
      observation: observationOf({ beats, minutes: minutes.map((minute) => ({ ...minute, incoming: 0 })) }),
    }),
    NOW - seconds * 1000,
    { have: 10, utilization },
  );

describe('a fall to zero', () => {
  it('is not believed because it lasts: a throttled namespace says zero for as long as it is throttled', () => {
    expect([0, 60, 240, 300].map((seconds) => believed(seconds))).toEqual([false, false, false, true]);
  });

  it('is believed when it is read twice with a witness: a throttled namespace says zero of everything', () => {
    const seen = (seconds: number, witnessed?: true): boolean =>
      zeroConfirmed(
        inputOf({
          state: stateOf({ samples: [[NOW - seconds * 1000 - 5_000, 10, 10]] }),
          observation: observationOf({
            queue: { status: 'read', value: { active: 0, deadLetter: 0, scheduled: 0, witnessed }, at: NOW },
          }),
        }),
        NOW - seconds * 1000,
        { have: 10, utilization: 0.5 },
      );
    expect([seen(0, true), seen(5, true), seen(5)]).toEqual([false, true, false]);
  });

  it('is believed once all replicas that poll have been idle at their polls', () => {
    const many = Array.from({ length: 20 }, (_, index) => beat(String(index), index));
    expect([24, 25].map((seconds) => believed(seconds, many))).toEqual([false, true]);
  });

  it('takes longer to believe when little was going on, because idle replicas prove little then', () => {
    const two = [beat('a', 1), beat('b', 5)];
    expect([199, 200].map((seconds) => believed(seconds, two))).toEqual([false, true]);
    expect([299, 300].map((seconds) => believed(seconds, two, [], 0.01))).toEqual([false, true]);
  });

  it('is contradicted by a replica that is busy, for as long as it is', () => {
    expect(believed(120, [beat('a', 1), beat('b', 20, { busy: true })])).toBe(false);
    expect(believed(320, [beat('a', 1), beat('b', 30, { busy: true })])).toBe(false);
  });

  it('is contradicted by a poll that said busy also when the next poll of that replica says idle', () => {
    const state = stateOf({
      samples: [[NOW - 5_000, 3, 4]],
      arrivalRate: 4,
      wanted: [[NOW, 4]],
    });
    const wanted: number[] = [];
    // Two replicas, each idle at two polls of three: never both at once for long.
    for (let at = NOW; at < NOW + 240_000; at += 5_000) {
      const heard = (replica: string, shift: number): Beat => {
        const polls = Math.floor((at - shift) / 20_000);
        return { replica, busy: polls % 3 === 0, at: polls * 20_000 + shift };
      };
      const demand = demandOf(
        inputOf({
          now: at,
          state,
          observation: observationOf({ ...zeroAt(at), beats: [heard('a', 3_000), heard('b', 3_000)] }),
        }),
        { serving: 2, starting: [] },
        { usual: 25, slow: 40 },
      );
      wanted.push(demand.wanted);
      Object.assign(state, demand.memory);
    }
    expect(new Set(wanted)).toEqual(new Set([4]));
  });

  it('is not proved by replicas that drain, nor by what was said before it', () => {
    expect(believed(60, [beat('a', 1, { told: NOW - MINUTE })])).toBe(false);
    expect(believed(45, [beat('a', 50)])).toBe(false);
  });

  it('is believed with a full minute without messages after it, not with one that began before', () => {
    expect(believed(120, [], [{ minute: NOW - 100_000, active: 0 }])).toBe(true);
    expect(believed(120, [], [{ minute: NOW - 125_000, active: 0 }])).toBe(false);
    expect(believed(120, [], [{ minute: NOW - 100_000, active: 3 }])).toBe(false);
  });

  it('needs no more proof while it lasts', () => {
    const input = inputOf({ state: stateOf({ samples: [[NOW - 5_000, 0, 2]] }), observation: observationOf() });
    expect(zeroConfirmed(input, NOW - 60_000, { have: 2, utilization: 1 })).toBe(true);
    expect(zeroConfirmed(input, NOW, { have: 2, utilization: 1 })).toBe(false);
  });

  it('is none when nothing was seen before, but is not believed at once while something runs', () => {
    const input = inputOf({ state: undefined, observation: observationOf() });
    expect(zeroConfirmed(input, NOW, { have: 0, utilization: 0 })).toBe(true);
    expect(zeroConfirmed(input, NOW, { have: 3, utilization: 0 })).toBe(false);
  });
});
