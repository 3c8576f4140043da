// What faults do to the world around the calls: Azure, the stores, the controller's clock and what is declared. Each begins
// and, where something must be put back, answers how.

import { TAGS } from '../../../shared/placement/tags.ts';
import { RUNS_NO_MORE, type ContainerGroup } from '../../local/azure/container-group.ts';
import type { AzureModel } from '../../local/azure/azure.ts';
import type { Clock } from '../../local/clock.ts';
import type { Random } from '../../local/random.ts';
import { pick, whole } from '../world/declare.ts';
import type { Fault, FaultKind } from './kinds.ts';

/** What faults may touch. */
export interface Stage {
  clock: Clock;
  model: AzureModel;
  /** Scale sets whose instances may be lost. */
  evict: (random: Random) => boolean;
  /** Announces the maintenance of an instance. */
  announce: (random: Random) => boolean;
  loseTables: () => void;
  /** Shifts the controller's clock by so many milliseconds. */
  shiftClock: (milliseconds: number) => void;
  /** A second evaluation of a workload, beside what its session does. False when no controller runs. */
  evaluateToo: (workload: string) => boolean;
  /** Undeclares a workload; undefined when it is the only one, else what declares it again. */
  undeclare: (workload: string) => (() => void) | undefined;
  changeRevision: (workload: string) => void;
  /** An alert as Azure Monitor posts it; false when nobody takes it. */
  postAlert: (workload: string, condition: 'Fired' | 'Resolved', firedAt: number) => boolean;
  pause: (random: Random, minutes: number) => boolean;
  /** Notes that a fault of the kind took place. */
  struck: (kind: FaultKind) => void;
}

/** By which Azure says that it was the platform that ended a container. */
const FORCED_EXIT = 7148;

type Begin = (stage: Stage, fault: Fault, random: Random) => (() => void) | undefined;

export const WORLD_FAULTS: Partial<Record<FaultKind, Begin>> = {
  'region-loss': (stage, { region, kind }, random) => {
    for (const group of stage.model.groups.all()) {
      if (group.body.location !== region || RUNS_NO_MORE.has(group.state)) continue;
      group.fail(random.next() < 0.3 ? 60_000 + random.next() * 1_800_000 : undefined, FORCED_EXIT);
      stage.struck(kind);
    }
    return undefined;
  },
  'table-loss': (stage, { kind }) => {
    stage.loseTables();
    stage.struck(kind);
    return undefined;
  },
  'two-writers': (stage, fault, random) =>
    again(stage, fault, random, 20_000, () => random.next() < fault.share && stage.evaluateToo(fault.workload)),
  'clock-jump': (stage, { kind }, random) => {
    const shift = Math.round((random.next() * 2 - 1) * 120_000);
    stage.shiftClock(shift);
    stage.struck(kind);
    return () => stage.shiftClock(-shift);
  },
  'list-lag': ({ model, struck }, { kind }, random) => {
    model.faults.set({ listLagSeconds: 20 + random.next() * 40, lingerShare: 0.7 });
    struck(kind);
    return () => model.faults.set({});
  },
  'quota-cut': ({ model, struck }, { region, kind }, random) => {
    const before = model.quota(region);
    model.setQuota(region, { groups: whole(random, 0, 3), cores: whole(random, 0, 100) });
    struck(kind);
    return () => model.setQuota(region, before);
  },
  'capacity-hole': ({ model, struck }, { region, kind, to }) => {
    model.faults.capacityHole(region, to);
    struck(kind);
    return undefined;
  },
  maintenance: (stage, fault, random) => again(stage, fault, random, 60_000, () => stage.announce(random)),
  eviction: (stage, fault, random) => again(stage, fault, random, 60_000, () => stage.evict(random)),
  'group-fails': onRunning((group) => group.fail()),
  'group-revives': onRunning((group, random) => group.fail(5_000 + random.next() * 600_000)),
  'platform-restart': onRunning((group, random) => group.relocate(random.next() < 0.5 ? 0 : 30_000 * random.next())),
  'app-crashes': onRunning((group, random) => group.exit(1, 2_000 + random.next() * 60_000)),
  'alert-storm': (stage, fault, random) =>
    again(stage, fault, random, 15_000, () => {
      const condition = random.next() < 0.7 ? 'Fired' : 'Resolved';
      return stage.postAlert(fault.workload, condition, stage.clock.now() - random.next() * 300_000);
    }),
  'workload-removed': removed,
  'revision-changed': (stage, { workload, kind }) => {
    stage.changeRevision(workload);
    stage.struck(kind);
    return undefined;
  },
  // Corrected half of the time; else the workload stays without burst.
  'revision-refused': (stage, { workload }, random) =>
    random.next() < 0.5 ? () => stage.changeRevision(workload) : undefined,
  paused: (stage, { kind, from, to }, random) => {
    if (stage.pause(random, (to - from) / 60_000)) stage.struck(kind);
    return undefined;
  },
};

const REMOVED_LOOK_MS = 5_000;

/**
 * At once, or as soon as a group of it is on its way, and half of the time for good. What it leaves behind is not easy to
 * be rid of: of the groups some never come to run, and some fail and revive while nobody wants them.
 */
function removed(stage: Stage, { workload, kind }: Fault, random: Random): () => void {
  const { clock, model } = stage;
  const own = (): ContainerGroup[] => model.groups.all().filter(({ body }) => body.tags[TAGS.workload] === workload);
  const [waits, comesBack] = [random.next() < 0.5, random.next() < 0.5];
  let declare: (() => void) | undefined;
  let cancel = (): void => {};
  const remove = (): void => {
    if (waits && !own().some(({ transitioning }) => transitioning)) {
      cancel = clock.at(clock.now() + REMOVED_LOOK_MS, remove);
      return;
    }
    declare = stage.undeclare(workload);
    if (!declare) return;
    stage.struck(kind);
    for (const group of own()) {
      if (random.next() < 0.5) group.stall();
      if (random.next() < 0.5) failsAndRevives(group, clock, random);
    }
  };
  remove();
  return () => {
    cancel();
    if (comesBack) declare?.();
  };
}

/** Within a minute, and soon enough back that it bills again before anybody noticed. */
function failsAndRevives(group: ContainerGroup, clock: Clock, random: Random): void {
  const [fails, revives] = [15_000 + random.next() * 45_000, 12_000 + random.next() * 30_000];
  clock.at(clock.now() + fails, () => {
    if (group.running) group.fail(revives);
  });
}

/** Something that happens now and then, `meanMs` apart, until the window ends. */
function again(stage: Stage, fault: Fault, random: Random, meanMs: number, what: () => boolean): () => void {
  let cancel = (): void => {};
  const next = (): void => {
    cancel = stage.clock.at(stage.clock.now() + random.exponential(meanMs), () => {
      if (what()) stage.struck(fault.kind);
      next();
    });
  };
  next();
  return () => cancel();
}

function onRunning(strike: (group: ContainerGroup, random: Random) => void): Begin {
  return (stage, fault, random) =>
    again(stage, fault, random, 60_000, () => {
      const running = stage.model.groups.all().filter((group) => group.running);
      if (running.length === 0) return false;
      strike(pick(random, running), random);
      return true;
    });
}
