// Writes what a plan wants to be published: each listing in one write, within what its zone or gateway takes in a minute,
// and guarded by the ETag that it was decided on. Whatever fails is a reason, and the next evaluation decides again.

import { GATEWAY_WRITES, ZONE_WRITES } from '../discovery/write-budget.ts';
import { AzureFailure, type WriteOutcome } from '../ports/errors.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { counted } from '../telemetry/wording.ts';
import type { Workload } from '../workload/workload.ts';
import { claimed } from './claim-write.ts';
import type { Context } from './context.ts';
import type { ServicePlan } from './plan-types.ts';

/** Why something was not published. No write leaves after `deadline` (epoch ms). Never throws for a failure of Azure. */
export async function publish(
  context: Pick<Context, 'ports' | 'log'>,
  { name, scaling: { mode } }: Workload,
  plan: ServicePlan | undefined,
  deadline: number,
): Promise<Reason[]> {
  if (!plan || mode !== 'enforce') return [];
  const { recordSets, backendPools, registry, clock } = context.ports;
  const { records, pool, registry: listing } = plan;
  const write = async (id: string, most: number, send: () => Promise<WriteOutcome>): Promise<Reason[]> => {
    const sink = id.slice(id.lastIndexOf('/') + 1);
    return tolerant(sink, async () => {
      if (clock.now() > deadline) return [reason('service-waits', { sink, why: 'the evaluation took too long' })];
      if (!(await claimed(context, name, id, most)))
        return [reason('service-waits', { sink, why: `its bound of ${counted(most, 'write')} a minute is reached` })];
      if (clock.now() > deadline) return [reason('service-waits', { sink, why: 'the evaluation took too long' })];
      const outcome = await send();
      return outcome.status === 'accepted' ? [] : [failed(sink, outcome.failure)];
    });
  };
  const done = await Promise.all([
    records ? write(records.id, ZONE_WRITES, () => recordSets.publish(records.id, records)) : [],
    pool ? write(pool.id, GATEWAY_WRITES, () => backendPools.publish(pool.id, pool)) : [],
    listing
      ? tolerant('the registry', async () => {
          const written = await registry.write(name, listing.document, listing.etag);
          return written ? [] : [reason('service-waits', { sink: 'the registry', why: 'somebody else wrote first' })];
        })
      : [],
  ]);
  return done.flat();
}

const failed = (sink: string, { code, message }: { code: string; message: string }): Reason =>
  reason('service-failed', { sink, code, message: message.slice(0, 200) });

async function tolerant(sink: string, run: () => Promise<Reason[]>): Promise<Reason[]> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AzureFailure)) throw error;
    return [failed(sink, error.failure)];
  }
}
