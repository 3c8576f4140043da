// A story for the real controller on the simulated world: one workload `orders` on a queue, a scale set of two machines
// with four replicas each, two regions for bursts, and a load of independent arrivals. All in memory and on one clock.

import type { Context } from '../../shared/controller/context.ts';
import type { Decision } from '../../shared/controller/plan-types.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { sentence, type ReasonCode } from '../../shared/telemetry/reasons.ts';
import type { Probe, Scaling, Workload } from '../../shared/workload/workload.ts';
import { AzureModel, type AzureOptions } from '../../tools/local/azure/azure.ts';
import type { ContainerGroup } from '../../tools/local/azure/container-group.ts';
import { SimulatedClock } from '../../tools/local/clock.ts';
import { play } from '../../tools/local/demo/load.ts';
import { queueMetrics } from '../../tools/local/queue-metrics.ts';
import { seeded } from '../../tools/local/random.ts';
import { Queue } from '../../tools/local/servicebus/queue.ts';
import { Workers } from '../../tools/local/workers.ts';
import { ControllerLoop } from '../../tools/simulation/controller-loop.ts';
import { EVALUATIONS_QUEUE } from '../../tools/simulation/memory-evaluations.ts';
import { memoryPorts, type Intercept } from '../../tools/simulation/memory-ports.ts';
import { memoryStores } from '../../tools/simulation/memory-stores.ts';
import { probesOf } from '../../tools/simulation/world/discovery.ts';
import { begin, scaleSetId, subscription } from './azure-samples.ts';
import { OWNER, workloadOf, type Partly } from './workload-of.ts';

export interface ScenarioOptions extends Pick<
  Partial<AzureOptions>,
  'quota' | 'faults' | 'autoscaleSettings' | 'zones' | 'gateways' | 'networks' | 'standbyPools'
> {
  scaling?: Partly<Scaling>;
  seed?: number;
  /** Messages a second from the start on. */
  load?: number;
  intercept?: Intercept;
  /** Mean seconds of work per message. */
  secondsPerMessage?: number;
  /** Answered while the containers of the group run. */
  probe?: Probe;
  /** False for replicas that take no part in the drain contract. */
  polls?: boolean;
}

export type Scenario = ReturnType<typeof scenario>;

const probed = (workload: Workload, probe: Probe | undefined): Workload =>
  probe ? { ...workload, spec: { ...workload.spec, probe } } : workload;

export function scenario({
  scaling = {},
  seed = 1,
  load = 0,
  intercept,
  secondsPerMessage = 1,
  polls = true,
  probe,
  ...world
}: ScenarioOptions = {}) {
  const clock = new SimulatedClock(begin);
  const queue = new Queue({ name: 'orders' }, clock);
  const evaluations = new Queue(EVALUATIONS_QUEUE, clock);
  const set = { id: scaleSetId('orders-base'), location: 'westeurope', capacity: 2, cpu: 4, memoryInGB: 16 };
  const model = new AzureModel({ clock, seed, scaleSets: [set], metrics: queueMetrics(clock, [queue]), ...world });
  const deployment = { ownerId: OWNER, subscriptionId: subscription, resourceGroup: 'rg', unattendedMinutes: 60 };
  const queues = new Map([['bus/orders', queue]]);
  const stores = memoryStores();
  const memory = memoryPorts({ clock, model, deployment, queues, evaluations, stores, intercept });
  const answers = probesOf(model);
  const answer: typeof answers.probe = (call) =>
    intercept ? intercept('probes', 'probe', () => answers.probe(call), [call]) : answers.probe(call);
  const ports = probe ? { ...memory, probes: { probe: answer } } : memory;
  const decisions: Decision[] = [];
  const logged: { event: string; fields: Record<string, unknown> }[] = [];
  let defect: string | undefined;
  const log = (event: string, fields: Record<string, unknown>): void => {
    logged.push({ event, fields });
    if (fields['code'] === 'InternalError') defect = String(fields['message']);
  };
  const context: Context = {
    ports,
    deployment,
    workloads: [probed(workloadOf(scaling), probe)],
    declared: ['orders'],
    secrets: () => ({}),
    replicas: { easyAuth: false },
    log: { info: log, warn: log },
  };
  const onEvaluated: ConstructorParameters<typeof ControllerLoop>[0]['onEvaluated'] = (evaluated) => {
    if (evaluated.status === 'decided') decisions.push(evaluated.decision);
    // A defect is caught and retried by the controller; a test must not overlook it.
    if (defect !== undefined) throw new Error(defect);
  };
  const loop = new ControllerLoop({ clock, evaluations, context, onEvaluated });
  const random = seeded(seed * 1000 + 7);
  const workers = new Workers({
    clock,
    queue,
    random,
    secondsPerMessage,
    replicasPerInstance: 4,
    poll: polls ? loop.poll('orders') : async () => undefined,
    onDone: () => {},
  });
  workers.follow(model, model.scaleSets.find(set.id));
  let endLoad = (): void => {};
  const setLoad = (rate: number): void => {
    endLoad();
    endLoad = rate > 0 ? play({ seconds: 1, rates: [rate] }, random, clock, () => queue.send({ body: {} })) : () => {};
  };
  setLoad(load);
  loop.start();
  return {
    clock,
    model,
    queue,
    stores,
    ports: ports satisfies Ports,
    context,
    loop,
    workers,
    decisions,
    logged,
    setLoad,
    /** Simulated seconds. */
    run: (seconds: number): Promise<void> => clock.advance(seconds * 1000),
    /** Groups that exist in Azure, whoever owns them. */
    groups: (): ContainerGroup[] => model.groups.all(),
    names: (): string[] => model.groups.all().map((group) => group.id.name),
    scaleSet: model.scaleSets.find(set.id),
    actionsSince: (at: number) => decisions.filter((each) => each.at >= at).flatMap(({ results }) => results),
    /** Sentences of a reason in all decisions since a moment. */
    reasons: (code: ReasonCode, since = 0): string[] =>
      decisions
        .filter((each) => each.at >= since)
        .flatMap((each) => each.reasons.filter((reason) => reason.code === code).map(sentence)),
    last: (): Decision => {
      const decision = decisions.at(-1);
      if (!decision) throw new Error('Nothing was decided yet.');
      return decision;
    },
  };
}
