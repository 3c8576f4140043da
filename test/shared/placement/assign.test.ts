import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, type Asked } from '../../../shared/placement/assign.ts';
import type { Known } from '../../../shared/placement/capacity.ts';
import { candidatesOf, fitsGroup } from '../../../shared/placement/offering.ts';
import { placeOfOffering, type Place } from '../../../shared/placement/tally.ts';
import type { OfferingDeclaration, Placement } from '../../../shared/workload/placement.ts';
import type { Workload } from '../../../shared/workload/workload.ts';
import { NOW, requestOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const quota = (limit: number, used = 0) => ({ used, limit });
const usage = (location: string, used: number, limit: number, cores = quota(1000)) => ({
  location,
  groups: quota(limit, used),
  cores,
});
const nothingKnown: Known = { usages: [], usagesAt: NOW - 30_000, inFlight: [], closed: {} };

const workloadAt = (locations: string[], placement: Partial<Placement> = {}, cpu = 1): Workload => {
  const rules: Placement = { apart: [], replicasPerGroup: 1, sizes: [], ...placement };
  const workload = workloadOf({ burst: { locations } });
  const { spec, scaling } = workload;
  return { ...workload, spec: { ...spec, cpu }, scaling: { ...scaling, placement: rules } };
};

const asked = (count: number, workload: Workload, known: Partial<Known> = {}, here: Place[] = []): Asked => ({
  count,
  workload,
  here,
  known: { ...nothingKnown, ...known },
  experience: undefined,
  now: NOW,
});

const placesOf = (request: Asked): string[] => assign(request).places.map(({ place }) => place);

describe('where new groups go', () => {
  it('is the first region while it has room, then the second', () => {
    const { places, reasons } = assign(asked(5, workloadAt(['west', 'north']), { usages: [usage('west', 7, 10)] }));
    expect(places.map(({ place }) => place)).toEqual(['west', 'west', 'west', 'north', 'north']);
    expect(reasons).toMatchObject([{ code: 'quota', values: { location: 'west', room: 3, moved: 2 } }]);
  });

  it('counts creates that the quota was read too early to show', () => {
    const inFlight = [requestOf('create', 1, { location: 'west', at: NOW - 5_000, cores: 2 })];
    const usages = [usage('west', 8, 10, quota(9, 4))];
    expect(placesOf(asked(3, workloadAt(['west']), { usages, inFlight }))).toEqual(['west']);
    expect(placesOf(asked(3, workloadAt(['west'], {}, 3), { usages, inFlight }))).toEqual(['west']);
    expect(placesOf(asked(3, workloadAt(['west'], {}, 4), { usages, inFlight }))).toEqual([]);
  });

  it('is not a region that refused lately, which is said', () => {
    const closed = { west: { until: NOW + 20_000, failures: 2, code: 'ServiceUnavailable' } };
    const { places, reasons } = assign(asked(1, workloadAt(['west', 'north']), { closed }));
    expect(places.map(({ place }) => place)).toEqual(['north']);
    expect(reasons).toMatchObject([{ code: 'location-closed', values: { seconds: 20 } }]);
  });

  it('is a region on trial for as many as it may start, and the next for the rest', () => {
    const closed = { west: { until: NOW - 1, failures: 1, code: 'Full', cause: 'refused' as const, allowed: 2 } };
    const { places, reasons } = assign(asked(3, workloadAt(['west', 'north']), { closed }));
    expect(places.map(({ place }) => place)).toEqual(['west', 'west', 'north']);
    expect(reasons).toMatchObject([{ code: 'location-trial', values: { allowed: 2, moved: 1 } }]);
  });

  it('is nowhere when no region has room, which is said', () => {
    const { places, reasons } = assign(asked(2, workloadAt(['west']), { usages: [usage('west', 12, 10)] }));
    expect(places).toEqual([]);
    expect(reasons.at(-1)).toMatchObject({ code: 'no-location', values: { wanted: 2 } });
  });

  it('leaves what other workloads have reserved', () => {
    const known = { usages: [usage('west', 0, 10)], others: { west: 7 } };
    expect(placesOf(asked(5, workloadAt(['west']), known))).toHaveLength(3);
  });

  it('stays within the creates that Azure said are left, with what has come back since', () => {
    const reported = { 'create west': { per5Minutes: 2, perHour: 50, at: NOW - 7_000 } };
    const { places, reasons } = assign(asked(9, workloadAt(['west']), { budgets: reported }));
    expect(places).toHaveLength(4);
    expect(reasons[0]).toMatchObject({ code: 'quota', values: { room: 4, what: 'creates of 5 minutes' } });
  });

  it('stays within the addresses of a subnet', () => {
    const subnet = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/burst';
    const offerings: OfferingDeclaration[] = [{ location: 'west', subnet, addresses: 5 }, { location: 'north' }];
    const workload = workloadAt(['west', 'north'], { offerings });
    const inSubnet = candidatesOf(workload)[0];
    const here = inSubnet ? [1, 2, 3].map(() => placeOfOffering(inSubnet.offering, 1)) : [];
    expect(placesOf(asked(3, workload, {}, here))).toEqual(['west/burst', 'west/burst', 'north']);
  });

  it('counts zones of one region against one quota', () => {
    const offerings = ['1', '2'].map((zone) => ({ location: 'west', zone, preference: 1 }));
    const rules = { offerings, apart: [{ scope: 'zone' as const, mostPercent: 50, hard: true }] };
    const places = placesOf(asked(9, workloadAt(['west'], rules), { usages: [usage('west', 5, 10)] }));
    expect(places).toEqual(['west/zone-1', 'west/zone-2', 'west/zone-1', 'west/zone-2', 'west/zone-1']);
  });

  it('is a smaller shape only where no place takes the declared one', () => {
    const workload = workloadAt(['west', 'north'], { sizes: [{ cpu: 2, memoryInGB: 4 }] }, 8);
    const closed = { west: { until: NOW + 1, failures: 1, code: 'ServiceUnavailable', cause: 'refused' as const } };
    expect(placesOf(asked(1, workload, { closed }))).toEqual(['north']);
    const { places, reasons } = assign(asked(1, workload, { closed: { ...closed, north: closed.west } }));
    expect(places).toMatchObject([{ offering: { key: 'west' }, size: { cpu: 2, memoryInGB: 4 } }]);
    expect(reasons.map(({ code }) => code)).toContain('smaller-size');
  });

  it('is not a smaller shape in a region that throttles or lost its groups', () => {
    const workload = workloadAt(['west'], { sizes: [{ cpu: 1, memoryInGB: 1 }] }, 8);
    for (const cause of [undefined, 'lost', 'unread'] as const) {
      const closed = { west: { until: NOW + 1, failures: 0, code: 'X', cause } };
      expect(placesOf(asked(1, workload, { closed }))).toEqual([]);
    }
  });

  it('takes the regular floor first, then Spot for its share', () => {
    const offerings: OfferingDeclaration[] = [{ location: 'west', priority: 'Spot' }, { location: 'west' }];
    const workload = workloadAt(['west'], { offerings, spot: { share: 50, floor: 2 } });
    const places = placesOf(asked(6, workload));
    expect(places).toEqual(['west', 'west', 'west', 'west/Spot', 'west', 'west/Spot']);
  });

  it('is one region for replicas that belong together, though another has room', () => {
    const together = { scope: 'region' as const, hard: true };
    const known = { usages: [usage('west', 8, 10)] };
    const { places, reasons } = assign(asked(5, workloadAt(['west', 'north'], { together }), known));
    expect(places.map(({ place }) => place)).toEqual(['west', 'west']);
    expect(reasons).toMatchObject([
      { code: 'quota' },
      { code: 'rule-held', values: { rule: 'together in one region', count: 3 } },
      { code: 'no-location', values: { wanted: 3 } },
    ]);
    const soft = { together: { ...together, hard: false } };
    const other = assign(asked(5, workloadAt(['west', 'north'], soft), known));
    expect(other.places).toHaveLength(5);
    expect(other.reasons).toContainEqual(expect.objectContaining({ code: 'rule-broken' }));
  });

  it('is where replicas that belong together may be now, whatever stands where they were declared before', () => {
    const before = (): Place => ({
      location: 'west',
      zone: undefined,
      subnet: undefined,
      priority: 'Regular',
      replicas: 1,
    });
    const here = Array.from({ length: 3 }, before);
    const moved = workloadAt(['north'], { together: { scope: 'region', hard: true } });
    expect(placesOf(asked(2, moved, {}, here))).toEqual(['north', 'north']);
    const offerings = [{ location: 'west', zone: '2' }];
    const zone = workloadAt(['west'], { offerings, together: { scope: 'zone', hard: true } });
    expect(placesOf(asked(2, zone, {}, here))).toEqual(['west/zone-2', 'west/zone-2']);
  });

  it('holds several replicas in one group where they fit, and nowhere else', () => {
    const offerings: OfferingDeclaration[] = [{ location: 'west', priority: 'Spot' }, { location: 'west' }];
    const workload = workloadAt(['west'], { offerings, replicasPerGroup: 4 }, 2);
    const usages = [usage('west', 0, 100, quota(20))];
    expect(placesOf(asked(5, workload, { usages }))).toEqual(['west', 'west']);
  });
});

const offering: fc.Arbitrary<OfferingDeclaration> = fc.record(
  {
    location: fc.constantFrom('west', 'north', 'south'),
    zone: fc.constantFrom('1', '2', '3'),
    priority: fc.constantFrom('Regular' as const, 'Spot' as const),
    subnet: fc.constantFrom('a/subnets/x', 'a/subnets/y'),
    addresses: fc.nat(6),
    preference: fc.nat(3),
  },
  { requiredKeys: ['location'] },
);
const hard = fc.boolean();
const apart = fc.oneof(
  fc.record({ scope: fc.constantFrom('zone', 'region', 'priority'), most: fc.integer({ min: 1, max: 9 }), hard }),
  fc.record({
    scope: fc.constantFrom('zone', 'region', 'priority'),
    mostPercent: fc.integer({ min: 1, max: 100 }),
    hard,
  }),
) as fc.Arbitrary<Placement['apart'][number]>;
const rules: fc.Arbitrary<Placement> = fc.record(
  {
    offerings: fc.uniqueArray(offering, { minLength: 1, maxLength: 6, selector: (each) => JSON.stringify(each) }),
    apart: fc.array(apart, { maxLength: 2 }),
    replicasPerGroup: fc.integer({ min: 1, max: 3 }),
    sizes: fc.array(fc.constantFrom({ cpu: 1, memoryInGB: 1 }, { cpu: 2, memoryInGB: 2 }), { maxLength: 2 }),
    spot: fc.record({ share: fc.integer({ min: 0, max: 100 }), floor: fc.nat(4) }),
    together: fc.record({ scope: fc.constantFrom('region' as const, 'zone' as const), hard }),
  },
  { requiredKeys: ['offerings', 'apart', 'replicasPerGroup', 'sizes'] },
);
const world = fc.record({
  count: fc.nat(20),
  cpu: fc.integer({ min: 1, max: 8 }),
  usages: fc.uniqueArray(
    fc.record({
      location: fc.constantFrom('west', 'north', 'south'),
      groups: fc.record({ used: fc.nat(15), limit: fc.nat(15) }),
      cores: fc.record({ used: fc.nat(40), limit: fc.nat(40) }),
      spotCores: fc.record({ used: fc.nat(20), limit: fc.nat(20) }),
    }),
    { maxLength: 3, selector: ({ location }) => location },
  ),
});

const roomOf = (quota?: { used: number; limit: number }): number =>
  Math.max(0, (quota?.limit ?? 0) - (quota?.used ?? 0));

describe('for any offerings, rules and quotas', () => {
  const run = (check: (request: Asked, placement: Placement, result: ReturnType<typeof assign>) => void): void => {
    fc.assert(
      fc.property(rules, world, (placement, { count, cpu, usages }) => {
        const request = asked(count, workloadAt(['west'], placement, cpu), { usages });
        check(request, placement, assign(request));
      }),
    );
  };

  it('no capacity is exceeded', () => {
    run(({ count, known }, { replicasPerGroup, offerings = [] }, { places }) => {
      expect(places.length).toBeLessThanOrEqual(count);
      const coresOf = (list: typeof places): number =>
        list.reduce((sum, { size }) => sum + size.cpu * replicasPerGroup, 0);
      for (const { location, groups, cores, spotCores } of known.usages) {
        const here = places.filter((place) => place.offering.location === location);
        const spot = here.filter((place) => place.offering.priority === 'Spot');
        expect(here.length).toBeLessThanOrEqual(roomOf(groups));
        expect(coresOf(spot)).toBeLessThanOrEqual(roomOf(spotCores));
        expect(coresOf(here) - coresOf(spot)).toBeLessThanOrEqual(roomOf(cores));
      }
      for (const { offering: at, size } of places) expect(fitsGroup(at, size, replicasPerGroup)).toBe(true);
      for (const { subnet, addresses = Infinity } of offerings) {
        if (subnet === undefined || offerings.filter((each) => each.subnet === subnet).length > 1) continue;
        const taken = places.filter((place) => place.offering.subnet === subnet).length;
        expect(taken).toBeLessThanOrEqual(addresses);
      }
    });
  });

  it('no hard rule is broken at any moment', () => {
    run((_, { apart: limits, spot, replicasPerGroup: replicas }, { places }) => {
      places.forEach((last, index) => {
        const until = places.slice(0, index + 1).map(({ offering: at }) => at);
        const scopeOf = (at: (typeof until)[number], scope: string): string | undefined =>
          scope === 'region'
            ? at.location
            : scope === 'priority'
              ? at.priority
              : at.zone && `${at.location} ${at.zone}`;
        for (const { scope, most = Infinity, mostPercent = Infinity } of limits.filter((rule) => rule.hard)) {
          const mine = scopeOf(last.offering, scope);
          const inScope = until.filter((at) => mine !== undefined && scopeOf(at, scope) === mine).length * replicas;
          const share = Math.ceil((until.length * replicas * mostPercent) / 100);
          expect(inScope).toBeLessThanOrEqual(Math.min(most, Math.max(replicas, share)));
        }
        const spots = until.filter(({ priority }) => priority === 'Spot').length * replicas;
        const regular = until.length * replicas - spots;
        const { share = 100, floor = 0 } = spots > 0 ? (spot ?? {}) : {};
        expect(regular).toBeGreaterThanOrEqual(floor);
        expect(spots).toBeLessThanOrEqual(((spots + regular - floor) * share) / 100);
      });
    });
  });

  it('what a hard rule keeps together has one scope', () => {
    run((_, { together }, { places }) => {
      if (!together?.hard) return;
      const zoneOf = (at: (typeof places)[number]['offering']) => at.zone && `${at.location} ${at.zone}`;
      const scopes = places.map(({ offering: at }) => (together.scope === 'region' ? at.location : zoneOf(at)));
      expect(new Set(scopes).size).toBeLessThanOrEqual(1);
    });
  });

  it('the same question has the same answer, and every group left out a reason', () => {
    run((request, _, result) => {
      expect(assign(request)).toEqual(result);
      const left = request.count - result.places.length;
      const said = result.reasons.find(({ code }) => code === 'no-location');
      expect(said?.values['wanted'] ?? 0).toBe(left);
    });
  });
});
