import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECORDS_MOST, subset, wantedIn } from '../../../shared/discovery/listing.ts';
import type { Judgement, Verdict } from '../../../shared/discovery/serving.ts';
import type { Member } from '../../../shared/ports/discovery.ts';

const judged = (n: number, verdict: Verdict): Judgement => ({
  name: `g-${n}`,
  address: `10.0.0.${n}`,
  place: 'westeurope',
  verdict,
});
const addresses = (members: Member[]): string[] => members.map(({ address }) => address);
const verdicts = fc.constantFrom<Verdict>('in', 'out', 'unsure');
const fleets = fc.array(verdicts, { maxLength: 12 }).map((all) => all.map((verdict, n) => judged(n, verdict)));
const listings = fc.uniqueArray(fc.nat(15).map((n) => `10.0.0.${n}`));

describe('what a listing should hold', () => {
  it('a replica of which nothing is known stays where it is, listed or not', () => {
    const fleet = [judged(1, 'unsure'), judged(2, 'unsure'), judged(3, 'in')];
    expect(addresses(wantedIn(['10.0.0.1'], fleet, true).members)).toEqual(['10.0.0.1', '10.0.0.3']);
  });

  it('an address nobody has goes when all was read, and stays when not', () => {
    expect(addresses(wantedIn(['10.0.0.9', '10.0.0.1'], [judged(1, 'in')], true).members)).toEqual(['10.0.0.1']);
    expect(wantedIn(['10.0.0.9', '10.0.0.1'], [judged(1, 'in')], false)).toMatchObject({ held: 1 });
  });

  it('never holds a replica that is known to be out, and never lacks one that is in', () => {
    fc.assert(
      fc.property(fleets, listings, fc.boolean(), (fleet, listed, complete) => {
        const wanted = new Set(addresses(wantedIn(listed, fleet, complete).members));
        const sure = fleet.filter(({ verdict }) => verdict !== 'unsure');
        expect(sure.filter(({ address, verdict }) => wanted.has(address) !== (verdict === 'in'))).toEqual([]);
      }),
    );
  });

  it('a reading that is not complete never takes an address out that nobody is known to have', () => {
    fc.assert(
      fc.property(fleets, listings, (fleet, listed) => {
        const known = new Set(fleet.map(({ address }) => address));
        const wanted = addresses(wantedIn(listed, fleet, false).members);
        expect(wanted).toEqual(expect.arrayContaining(listed.filter((address) => !known.has(address))));
      }),
    );
  });

  it('is the same when it is asked again', () => {
    fc.assert(
      fc.property(fleets, listings, fc.boolean(), (fleet, listed, complete) => {
        const once = addresses(wantedIn(listed, fleet, complete).members);
        expect(addresses(wantedIn(once, fleet, complete).members)).toEqual(once);
      }),
    );
  });
});

describe('a subset for a record set', () => {
  const members = fc
    .uniqueArray(fc.nat(60), { minLength: 21, maxLength: 50 })
    .chain((all) =>
      fc.tuple(
        ...all.map((n) =>
          fc.nat(3).map((place) => ({ name: `g-${n}`, address: `10.0.0.${n}`, place: `zone-${place}` })),
        ),
      ),
    );

  it('has twenty members, evenly over the places, and stays the same', () => {
    fc.assert(
      fc.property(members, (all) => {
        const chosen = subset(all, []);
        expect(chosen).toHaveLength(RECORDS_MOST);
        const counts = (of: Member[]): Map<string, number> =>
          new Map([...Map.groupBy(of, ({ place }) => place)].map(([place, own]) => [place, own.length]));
        const taken = counts(chosen);
        const most = Math.max(...taken.values());
        // A place has fewer than another only when it has no more to give.
        const short = [...counts(all)].filter(([place]) => (taken.get(place) ?? 0) < most - 1);
        expect(short.map(([place]) => [place, taken.get(place)])).toEqual(short);
        expect(subset(all, addresses(chosen))).toEqual(chosen);
      }),
    );
  });

  it('changes by one member when one of it goes', () => {
    fc.assert(
      fc.property(members, fc.nat(RECORDS_MOST - 1), (all, index) => {
        const before = subset(all, []);
        const gone = before[index];
        const after = addresses(
          subset(
            all.filter((member) => member.name !== gone?.name),
            addresses(before),
          ),
        );
        const kept = addresses(before).filter((address) => after.includes(address));
        expect(kept.length).toBeGreaterThanOrEqual(Math.min(after.length, RECORDS_MOST) - 3);
      }),
    );
  });
});
