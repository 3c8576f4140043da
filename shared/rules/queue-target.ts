// A signal that is a queue, or a formula over queues alone, held at a target. Its load is estimated as that of the workload's
// own queue (signals/load.ts), because what waits says little of how many are needed: while 12 replicas work on what keeps
// 12.3 busy nothing waits at first, and when much waits the 14 that are asked for work it off, and two go again.
//
//   queue time   as the own queue is answered (wanted.ts); where the age of the oldest message is known and above the target,
//                at least as many times more as serve (twice at most)
//   backlog      value / target for each replica, but none of those there goes that the load keeps busy
//   formula      what its value asks for (target-tracking.ts), but none goes that the load of its queues together keeps busy
//
// So a constant load moves nothing: fewer than it keeps busy are asked for by neither.

import type { PlannerState } from '../controller/plan-types.ts';
import { reason, shortly } from '../telemetry/reasons.ts';
import { loadOf, type Load } from '../signals/load.ts';
import type { NamedSignal } from '../signals/believed.ts';
import type { RuleDeclaration } from '../workload/rules.ts';
import type { Asked, Asker } from './ask.ts';
import { atZero, idleSeconds } from './scale-to-zero.ts';
import { servedAt, targetReason, trackTarget } from './target-tracking.ts';
import { howAtOnce, SPARED, wantedReplicas, whyAllowed } from './wanted.ts';

type Flow = NonNullable<PlannerState['flow']>;

const OLDER_MOST = 2;

type Queued = Pick<NamedSignal, 'name' | 'kind' | 'at' | 'oldestSeconds'> & { value: number; messages: number };

export const isTarget = ({ backlogPerReplica, queueTimeSeconds }: RuleDeclaration): boolean =>
  (backlogPerReplica ?? queueTimeSeconds) !== undefined;

/** `flow` is what is remembered of the depths. */
export function askQueue(rule: RuleDeclaration, signal: Queued, flow: Flow | undefined, asker: Asker): Asked {
  const { serving, leaving = 0 } = asker.fleet;
  const load = loadOf(flow, signal.messages, serving + leaving, asker.rate, signal.at);
  const { queueTimeSeconds } = rule;
  const asked =
    queueTimeSeconds === undefined || signal.kind === 'formula'
      ? byValue(rule, signal, load, asker)
      : byTime(queueTimeSeconds, signal, load, asker);
  return { ...asked, busyAt: signal.at - idleSeconds(load.flow, signal.at) * 1000, flow: load.flow };
}

function byTime(target: number, { name, at, oldestSeconds }: Queued, load: Load, asker: Asker): Asked {
  const { fleet, have, rate, start, settled, utilization, zeroDelaySeconds } = asker;
  const goal = { maxWaitSeconds: target, utilization };
  const asked = wantedReplicas(load, rate, goal, fleet, start, { settled, survived: false });
  const waits = oldestSeconds ?? 0;
  const older = waits > target ? fleet.serving * Math.min(OLDER_MOST, waits / target) : 0;
  const idle = idleSeconds(load.flow, at);
  const least = Math.max(asked.load, Math.ceil(older));
  const wanted = atZero(Math.max(asked.replicas, least), have, idle, zeroDelaySeconds);
  const values = {
    signal: name,
    arrivals: load.replicas * rate,
    load: load.replicas,
    deviation: load.deviation,
    seconds: load.seconds,
    backlog: load.waiting,
    begins: asked.begins,
    serving: fleet.serving,
    starting: fleet.starting.length,
    ahead: asked.waitAhead,
    allowed: asked.waitAllowed,
    why: whyAllowed(asked, start, goal),
    target,
    oldest:
      oldestSeconds === undefined ? 'the age of the oldest is not known' : `the oldest for ${shortly(oldestSeconds)} s`,
    least,
    wanted,
  };
  return {
    wanted,
    least: Math.min(least, wanted),
    most: Math.max(least, asked.most),
    load: load.replicas,
    reasons: [reason('rule-queue', values), ...howAtOnce(asked, start, goal)],
  };
}

function byValue(rule: RuleDeclaration, { name: signal, value, at }: Queued, load: Load, asker: Asker): Asked {
  const { have, served, rate } = asker;
  const tracked = trackTarget(rule, value, have, servedAt(served, at, have), rate);
  const busy = load.young ? 0 : Math.ceil(load.replicas + SPARED * load.deviation);
  const wanted = Math.max(tracked.wanted, Math.min(have, busy));
  const reasons = [targetReason(signal, value, tracked)];
  if (wanted > tracked.wanted) {
    const { replicas, deviation, seconds } = load;
    reasons.push(reason('rule-carried', { signal, load: replicas, deviation, seconds, wanted }));
  }
  return { ...tracked, wanted, most: Math.max(tracked.most, wanted), reasons };
}
