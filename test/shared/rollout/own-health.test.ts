import { expect, it } from 'vitest';
import { groupName } from '../../../shared/placement/names.ts';
import { ownHealth } from '../../../shared/rollout/own-health.ts';
import { firstRecord, tidied, type RolloutRecord } from '../../../shared/rollout/record.ts';
import type { Workload } from '../../../shared/workload/workload.ts';
import { inputOf, NOW, observationOf } from '../../support/observation-of.ts';
import { OWNER, workloadOf } from '../../support/workload-of.ts';

const at = (revision: string, port: number): Workload => ({
  ...workloadOf(),
  revision,
  spec: { ...workloadOf().spec, probe: { path: '/healthz', port } },
});
const [first, second, third] = [at('aaaa0001', 8001), at('aaaa0002', 8002), at('aaaa0003', 8003)];

const healthBy = (record: RolloutRecord) =>
  ownHealth(
    inputOf({
      workload: third,
      observation: observationOf({ rollout: { status: 'read', value: record, at: NOW } }),
    }),
  );

const underway = (revision: string) => ({ revision, startedAt: NOW, step: 0, stepAt: NOW, crashes: 0, restarts: {} });

it('each replica is judged by the probe that its own revision was declared with', () => {
  const record = { ...firstRecord(first), specs: { aaaa0001: first.spec, aaaa0003: third.spec } };
  const { probeOf } = healthBy(record);
  expect(probeOf('aaaa0001', true)?.port).toBe(8001);
  expect(probeOf('aaaa0003', true)?.port).toBe(8003);
  expect(probeOf('aaaa0009', false)).toBeUndefined();
});

it('also one whose revision was replaced before it was good, for as long as it may run on', () => {
  const overtaken = {
    ...firstRecord(first),
    specs: { aaaa0001: first.spec, aaaa0002: second.spec, aaaa0003: third.spec },
    underway: underway('aaaa0003'),
  };
  const record = tidied(overtaken);
  expect(Object.keys(record.specs)).toEqual(['aaaa0001', 'aaaa0003']);
  const { probeOf, revisionOf } = healthBy(record);
  expect(probeOf('aaaa0002', true)?.port).toBe(8002);
  expect(revisionOf(groupName(OWNER, second, 'westeurope', 7))).toBe('aaaa0002');
});

it('probes are remembered of the last six revisions alone', () => {
  let record: RolloutRecord = firstRecord(first);
  for (let release = 0; release < 20; release++) {
    const revision = `bbbb00${release.toString().padStart(2, '0')}`;
    const specs = { ...record.specs, [revision]: at(revision, 9000 + release).spec };
    record = tidied({ ...record, specs, underway: underway(revision) });
  }
  expect(record.probes?.map(({ probe }) => probe.port)).toEqual([9013, 9014, 9015, 9016, 9017, 9018]);
});
