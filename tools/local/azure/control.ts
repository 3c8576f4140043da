// The control endpoint: what a demo or a test does to the local Azure behind the back of its clients.
//
//   GET    /control/figures                     counters, billing, simulated time
//   POST   /control/faults                      a fault plan (faults.ts); DELETE takes it away
//   POST   /control/groups/{name}/fail          { reviveAfterSeconds? }
//   POST   /control/groups/{name}/relocate      platform restart with a new IP
//   POST   /control/instances/{name}/evict      or /fail
//   POST   /control/instances/{name}/announce   maintenance { startsInSeconds, windowSeconds }
//   POST   /control/regions/{region}/capacity   { available, seconds? }
//   POST   /control/regions/{region}/quota      { groups?, cores?, spotCores?, confidentialCores?, vmCores? }

import { z } from 'zod';
import { type ArmAnswer, ArmError, type ArmRequest } from './arm.ts';
import { type AzureModel } from './azure.ts';
import { faultPlan } from './faults.ts';

const revival = z.strictObject({ reviveAfterSeconds: z.number().min(0).optional() });
const capacity = z.strictObject({ available: z.boolean(), seconds: z.number().positive().optional() });
const maintenance = z.strictObject({ startsInSeconds: z.number().min(0), windowSeconds: z.number().positive() });
const limit = z.number().min(0).exactOptional();
const quota = z.strictObject({
  groups: limit,
  cores: limit,
  spotCores: limit,
  confidentialCores: limit,
  vmCores: limit,
});

const controls: Record<string, (model: AzureModel, name: string, body: unknown) => void> = {
  'POST faults': (model, _, body) => model.faults.set(parse(faultPlan, body)),
  'DELETE faults': (model) => model.faults.clear(),
  'POST groups fail': (model, name, body) => {
    const { reviveAfterSeconds } = parse(revival, body);
    const revive = reviveAfterSeconds === undefined ? undefined : reviveAfterSeconds * 1000;
    for (const group of groupsNamed(model, name)) group.fail(revive);
  },
  'POST groups relocate': (model, name) => {
    for (const group of groupsNamed(model, name)) group.relocate();
  },
  'POST instances evict': (model, name) => model.scaleSets.change(name, 'evict'),
  'POST instances fail': (model, name) => model.scaleSets.change(name, 'fail'),
  'POST instances announce': (model, name, body) => {
    const { startsInSeconds, windowSeconds } = parse(maintenance, body);
    const from = model.clock.now() + startsInSeconds * 1000;
    model.scaleSets.announce(name, from, from + windowSeconds * 1000);
  },
  'POST regions capacity': (model, name, body) => {
    const { available, seconds } = parse(capacity, body);
    const until = seconds === undefined ? undefined : model.clock.now() + seconds * 1000;
    model.faults.capacityHole(name, available ? 0 : until);
  },
  'POST regions quota': (model, name, body) => model.setQuota(name, parse(quota, body)),
};

/** Answers one control request. Throws 400 for a body, 404 for a name or path it does not know. */
export function control(model: AzureModel, request: ArmRequest): ArmAnswer {
  const [, , kind = '', name = '', action = ''] = request.path.split('/').map(decodeURIComponent);
  const verb = [request.method, kind, action].filter(Boolean).join(' ');
  if (verb === 'GET figures') {
    const body = { now: model.clock.now(), ...model.groups.counters, billing: model.billing() };
    return { status: 200, headers: {}, body };
  }
  const run = controls[verb];
  if (!run) throw new ArmError(404, 'NotFound', `There is no control '${verb}'.`);
  run(model, name, request.body ?? {});
  return { status: 204, headers: {} };
}

function groupsNamed(model: AzureModel, name: string): ReturnType<AzureModel['groups']['named']> {
  const groups = model.groups.named(name);
  if (groups.length === 0) throw new ArmError(404, 'NotFound', `There is no container group '${name}'.`);
  return groups;
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new ArmError(400, 'BadRequest', z.prettifyError(parsed.error));
  return parsed.data;
}
