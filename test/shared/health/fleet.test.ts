import { describe, expect, it } from 'vitest';
import { fleet, looksWanted } from '../../../shared/health/fleet.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { groupOf, NOW, observationOf, requestOf, showing, stateOf } from '../../support/observation-of.ts';

const seenServing = (at = NOW - 5_000) => ({ health: 'serving' as const, at, since: NOW - 100_000 });

describe('the fleet', () => {
  it('counts a group that was just asked for before any list shows it', () => {
    const { groups, inFlight } = fleet(observationOf(), stateOf({ inFlight: [requestOf('create', 1)] }), NOW);
    expect(groups).toMatchObject([{ name: 'g-1', health: 'starting', inFlight: 'create', ordinal: 1 }]);
    expect(inFlight).toHaveLength(1);
  });

  it('does not take a 404 shortly after a create for an answer, but one after long', () => {
    const look = { looks: { 'g-1': { value: null, at: NOW } } };
    const young = fleet(observationOf(look), stateOf({ inFlight: [requestOf('create', 1)] }), NOW);
    expect(young.groups).toHaveLength(1);
    const old = requestOf('create', 1, { at: NOW - 21_000, outcome: 'unknown' });
    const late = fleet(observationOf(look), stateOf({ inFlight: [old] }), NOW);
    expect(late).toMatchObject({ groups: [], inFlight: [] });
  });

  it('keeps a group that the list lacks, until a read by name says that it is gone', () => {
    const state = stateOf({ seen: { 'g-1': seenServing() } });
    expect(fleet(observationOf(), state, NOW).groups).toMatchObject([{ health: 'serving', fresh: false }]);
    const gone = observationOf({ looks: { 'g-1': { value: null, at: NOW } } });
    expect(fleet(gone, state, NOW).groups).toEqual([]);
  });

  it('takes an answer of before the request for no answer to it', () => {
    const stop = requestOf('stop', 1, { at: NOW + 1 });
    const { groups } = fleet(
      observationOf(showing([groupOf(1, { state: 'Stopped' })])),
      stateOf({ inFlight: [stop] }),
      NOW,
    );
    expect(groups).toMatchObject([{ health: 'stopped', inFlight: 'stop' }]);
  });

  it('knows who drains by the tag, and by memory while the list shows old tags', () => {
    const tagged = groupOf(1);
    tagged.tags[TAGS.drain] = String(NOW - 30_000);
    const observation = observationOf(showing([tagged, groupOf(2), groupOf(3)]));
    const { groups } = fleet(observation, stateOf({ drains: { 'g-2': NOW - 10_000 } }), NOW);
    expect(groups.map((group) => group.drainingSince)).toEqual([NOW - 30_000, NOW - 10_000, undefined]);
  });

  it('remembers since when a group is as it is', () => {
    const state = stateOf({ seen: { 'g-1': seenServing() } });
    expect(fleet(observationOf(showing([groupOf(1)])), state, NOW).seen['g-1']).toMatchObject({ since: NOW - 100_000 });
    const failed = observationOf(showing([groupOf(1, { state: 'Failed' })]));
    expect(fleet(failed, state, NOW).seen['g-1']).toMatchObject({ health: 'failed', since: NOW });
  });
});

describe('reads by name', () => {
  it('are made of requests in flight, of groups that do not serve yet, and of those the list lacks', () => {
    const list = [groupOf(1), groupOf(2, { provisioningState: 'Creating' })];
    const state = stateOf({
      inFlight: [requestOf('delete', 7)],
      seen: { 'g-1': seenServing(), 'g-9': seenServing() },
    });
    expect(looksWanted(state, list, NOW).toSorted()).toEqual(['g-2', 'g-7', 'g-9']);
  });

  it('come round to every serving group within a minute, and are bounded', () => {
    const list = Array.from({ length: 90 }, (_, index) => groupOf(index + 1));
    const seen = Object.fromEntries(list.map(({ name }, index) => [name, seenServing(NOW - 61_000 - index)]));
    const looks = looksWanted(stateOf({ seen }), list, NOW);
    expect(looks).toHaveLength(60);
    expect(looks[0]).toBe('g-90');
  });
});
