// Sends the claimed actions, most urgent first and at most eight at once, each a single request. Failures are results.
// A create is a read by name first, and a PUT only when that answered 404: a PUT on an existing group restarts it.

import { groupName } from '../placement/names.ts';
import { candidatesOf, homesOf } from '../placement/offering.ts';
import { TAGS } from '../placement/tags.ts';
import type { Group } from '../ports/container-groups.ts';
import { AzureFailure, type Failure, type WriteOutcome } from '../ports/errors.ts';
import { workloadAt, type RolloutRecord } from '../rollout/record.ts';
import { replicaVariables } from '../workload/replica-access.ts';
import { withSize } from '../workload/size.ts';
import type { Workload } from '../workload/workload.ts';
import type { Context } from './context.ts';
import { inParallel } from './in-parallel.ts';
import type { Action, ActionResult, PlannerState } from './plan-types.ts';

type Create = Extract<Action, { kind: 'create-group' }>;

/** Lists may lack what was started before planner state was lost; for so long every location is read before a create. */
const STATE_YOUNG_MS = 60_000;

/** `deadline` (epoch ms): no write leaves later, because the session's lock may be gone by then. */
export async function apply(
  context: Context,
  workload: Workload,
  state: PlannerState,
  actions: Action[],
  deadline: number,
  record?: RolloutRecord,
): Promise<ActionResult[]> {
  const { clock } = context.ports;
  const young = clock.now() - state.bornAt < STATE_YOUNG_MS;
  const elsewhere = young ? everyRevision(workload, record) : [];
  const results = new Map<Action, ActionResult>();
  await inParallel(actions, async (action) => {
    const result: ActionResult =
      clock.now() > deadline
        ? { action, outcome: 'skipped' }
        : action.kind === 'create-group'
          ? await create(context, workload, action, { elsewhere, record, deadline })
          : staysInMemory(action, workload)
            ? { action, outcome: 'accepted' }
            : resultOf(action, await send(context, action));
    results.set(action, result);
  });
  return actions.flatMap((action) => results.get(action) ?? []);
}

/** Where groups are only started and stopped, the right to write their tags is missing: planner state alone says who drains. */
const staysInMemory = ({ kind }: Action, { scaling }: Workload): boolean =>
  scaling.burst.lifecycle === 'start-stop' && (kind === 'drain-group' || kind === 'undrain-group');

const resultOf = (action: Action, outcome: WriteOutcome): ActionResult =>
  outcome.status === 'accepted'
    ? { action, outcome: 'accepted', budgets: outcome.budgets }
    : { action, outcome: 'failed', failure: outcome.failure, budgets: outcome.budgets };

const everyRevision = (workload: Workload, record: RolloutRecord | undefined): Workload[] =>
  [...new Set([workload.revision, ...Object.keys(record?.specs ?? {})])].map((revision) =>
    workloadAt(workload, record, revision),
  );

interface CreateBounds {
  /** The workload in each revision whose group of the same number may stand somewhere unseen. */
  elsewhere: Workload[];
  record: RolloutRecord | undefined;
  deadline: number;
}

async function create(
  context: Context,
  declared: Workload,
  action: Create,
  { elsewhere, record, deadline }: CreateBounds,
): Promise<ActionResult> {
  const { ports, deployment } = context;
  const workload = workloadAt(declared, record, action.tags[TAGS.revision] ?? declared.revision);
  const possible = elsewhere.flatMap((each) =>
    homesOf(each).map(({ location, subscription }) =>
      groupName(deployment.ownerId, each, location, action.ordinal, subscription),
    ),
  );
  const names = [...new Set([action.name, ...possible])];
  for (const name of names) {
    const look = await read(ports.containerGroups.get(name));
    if ('failure' in look) return { action, outcome: 'failed', failure: { ...look.failure, class: 'wait' } };
    if (look.group) return adopt(action, look.group, deployment.ownerId);
    // Each read may take long, and a PUT after the next evaluation's own would restart what that one started.
    if (ports.clock.now() > deadline) return { action, outcome: 'skipped' };
  }
  const { name, location, tags, replicas } = action;
  const candidate = candidatesOf(workload).find(({ place }) => place === action.place);
  const spoken = replicaVariables(context.replicas, workload.name, name);
  const secrets = { ...context.secrets(workload.spec), ...spoken.secrets };
  const sized = candidate ? withSize(workload.spec, candidate.size) : workload.spec;
  const spec = {
    ...sized,
    environment: { ...spoken.environment, ...workload.spec.environment },
    secureEnvironment: { ...spoken.secureEnvironment, ...workload.spec.secureEnvironment },
  };
  return resultOf(
    action,
    await ports.containerGroups.create({
      name,
      location,
      tags,
      spec,
      secrets,
      ports: portsOf(workload),
      offering: candidate?.offering,
      replicas,
    }),
  );
}

async function read(reading: Promise<Group | undefined>): Promise<{ group: Group | undefined } | { failure: Failure }> {
  try {
    return { group: await reading };
  } catch (error) {
    if (error instanceof AzureFailure) return { failure: error.failure };
    throw error;
  }
}

const portsOf = ({ spec: { probe }, scaling: { drain, discovery } }: Workload): number[] => [
  ...new Set([
    ...(discovery?.port === undefined ? [] : [discovery.port]),
    ...(typeof drain === 'object' ? [drain.http.port] : []),
    ...(probe ? [probe.port] : []),
  ]),
];

/** A group of ours under the name counts as the create; another owner's is left alone for good. */
function adopt(action: Create, existing: Group, ownerId: string): ActionResult {
  if (existing.tags[TAGS.owner] === ownerId) {
    return { action: { ...action, name: existing.name, location: existing.location }, outcome: 'adopted' };
  }
  const message = `the name ${existing.name} is taken by a container group that is not ours`;
  return { action, outcome: 'failed', failure: { class: 'permanent', code: 'NameTaken', message } };
}

function send(
  { ports: { containerGroups, scaleSets } }: Context,
  action: Exclude<Action, Create>,
): Promise<WriteOutcome> {
  switch (action.kind) {
    case 'start-group':
      return containerGroups.start(action.name);
    case 'stop-group':
      return containerGroups.stop(action.name);
    case 'delete-group':
      return containerGroups.delete(action.name);
    case 'drain-group':
    case 'undrain-group':
      return containerGroups.setTags(action.name, action.tags);
    case 'grow-base':
      return scaleSets.setCapacity(action.scaleSet, action.capacity, action.etag);
    case 'tag-base':
      return scaleSets.setTags(action.scaleSet, action.tags, action.etag);
    case 'shrink-base':
      return scaleSets.deleteInstances(action.scaleSet, action.instances);
  }
}
