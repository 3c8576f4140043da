// What an operator sees: each workload with its figures, its last decision in sentences, what it may cost and how much
// of it the quota allows, and everything that is wrong.

import { PRICES_AS_OF } from '../placement/prices.ts';
import type { Usage } from '../ports/container-groups.ts';
import { AzureFailure } from '../ports/errors.ts';
import { rolloutView } from '../rollout/view.ts';
import { advice, sentence } from '../telemetry/reasons.ts';
import { counted } from '../telemetry/wording.ts';
import type { DegradedWorkload } from '../workload/last-valid.ts';
import { sizeOf } from '../workload/size.ts';
import type { Workload } from '../workload/workload.ts';
import type { Context } from './context.ts';
import type { Decision } from './plan-types.ts';

/** No successful evaluation for three heartbeats. */
const SILENT_MS = 3 * 60_000;

/** Of all declared workloads, or of the one that is asked for; none where that is not declared. */
export async function workloadStatuses(context: Context, degraded: readonly DegradedWorkload[], wanted?: string) {
  const isWanted = (name: string): boolean => wanted === undefined || name === wanted;
  return [
    ...(await Promise.all(
      context.workloads.filter(({ name }) => isWanted(name)).map((workload) => workloadStatus(context, workload)),
    )),
    ...degraded
      .filter(({ workload, runsConfigurationFrom }) => runsConfigurationFrom === undefined && isWanted(workload))
      .map(({ workload, problems }) => ({ name: workload, problems, silent: true, decisions: [] })),
  ];
}

export async function pauseStatus({ ports }: Context) {
  const pause = await ports.controls.pause();
  return pause && { ...pause, since: iso(pause.since), until: iso(pause.until) };
}

async function workloadStatus(context: Context, workload: Workload) {
  const { ports } = context;
  const [recent, leases, quota, rollout] = await Promise.all([
    ports.history.recent(workload.name, 10),
    ports.controls.leases(),
    quotaLines(context, workload),
    rolloutLines(context, workload),
  ]);
  const lease = leases.get(workload.name);
  const last = recent[0];
  const guess = workload.scaling.target.messagesPerSecondPerReplica;
  return {
    name: workload.name,
    mode: workload.scaling.mode,
    revision: workload.revision,
    rollout,
    silent: lease === undefined || ports.clock.now() - lease > SILENT_MS,
    lastEvaluation: lease === undefined ? undefined : iso(lease),
    figures: last?.figures,
    messagesPerSecondPerReplica: { setting: guess, inUse: last?.figures.messagesPerSecondPerReplica ?? guess },
    quota,
    pricesAsOf: PRICES_AS_OF,
    drain: drainLine(workload),
    decisions: recent.map(decisionView),
  };
}

/** What becomes of work in hand when a replica is not needed any more. */
function drainLine({ scaling: { drain = 'poll', drainTimeoutSeconds }, spec }: Workload): string {
  if (spec.restartPolicy !== 'Always') return 'Replicas run to their end and are never stopped.';
  if (drain === 'none') return 'Replicas are stopped without notice, the newest first; their work may be redelivered.';
  const late = `one that is busy for ${drainTimeoutSeconds} s is stopped, and its work may be redelivered`;
  return drain === 'poll'
    ? `Replicas that poll GET /api/replicas/{name} are stopped when they are idle; ${late}. Without polls that is at once.`
    : `Replicas are called at port ${drain.http.port}, path ${drain.http.path}, and stopped when they are idle; ${late}.`;
}

export const decisionView = ({ at, trigger, reasons, results }: Decision) => ({
  at: iso(at),
  trigger,
  reasons: reasons.map((reason) => ({ code: reason.code, text: sentence(reason), advice: advice(reason) })),
  actions: results.map(({ action, outcome, failure }) => ({
    kind: action.kind,
    on: 'name' in action ? action.name : action.scaleSet,
    outcome,
    ...(failure && { problem: `${failure.code}: ${failure.message}` }),
  })),
});

// Formats a given time; nothing here asks for the present one.
// oxlint-disable-next-line no-restricted-globals
const iso = (time: number): string => new Date(time).toISOString();

/** Which revisions are good, under way and bad; a record that cannot be read costs the status only this part. */
async function rolloutLines({ ports }: Context, workload: Workload) {
  try {
    return rolloutView(workload, (await ports.rollouts.read(workload.name))?.record, iso);
  } catch (error) {
    if (!(error instanceof AzureFailure)) throw error;
    return { unread: error.failure.code };
  }
}

async function quotaLines({ ports }: Context, { scaling, spec }: Workload): Promise<string[]> {
  const cores = scaling.burst.maxGroups * sizeOf(spec).cpu;
  return Promise.all(
    scaling.burst.locations.map(async (location) => {
      try {
        return quotaLine(await ports.containerGroups.usage(location), scaling.burst.maxGroups, cores);
      } catch (error) {
        if (!(error instanceof AzureFailure)) throw error;
        return `You ask for up to ${counted(cores, 'core')}; the quota in ${location} could not be read (${error.failure.code}).`;
      }
    }),
  );
}

/** Azure limits both groups and cores of a region; the line tells the one that ends the burst first. */
function quotaLine({ location, groups, cores }: Usage, wantedGroups: number, wantedCores: number): string {
  const byGroups = groups.limit * wantedCores < cores.limit * wantedGroups;
  const [wanted, what, limit] = byGroups
    ? [wantedGroups, 'container group', groups.limit]
    : [wantedCores, 'core', cores.limit];
  const enough = limit >= wanted ? '' : '; ask Azure for more, or the burst ends there';
  return `You ask for up to ${counted(wanted, what)}; the quota in ${location} is ${limit}${enough}.`;
}
