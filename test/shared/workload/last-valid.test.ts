import { describe, expect, test } from 'vitest';
import { chooseConfigurations } from '../../../shared/workload/last-valid.ts';
import type { StoredConfiguration } from '../../../shared/workload/last-valid.ts';
import type { ParsedSettings } from '../../../shared/settings/parse.ts';
import { file, parse, SCALE_SET } from '../settings/settings-of.ts';

const AT = 1_700_000_000_000;

/** What the store holds after `parsed` was valid. */
const storedAfter = (parsed: ParsedSettings): Map<string, StoredConfiguration> =>
  new Map(
    chooseConfigurations(parsed, new Map()).keep.map(({ workload, json, hash }) => [workload, { json, hash, at: AT }]),
  );

const GOOD = { SPILLWAY_MODE: 'enforce', SPILLWAY_QUEUE: 'shop/orders' };

describe('a valid workload', () => {
  test('runs as declared and is kept once', () => {
    const parsed = parse(GOOD);
    const first = chooseConfigurations(parsed, new Map());
    expect(first).toMatchObject({ run: parsed.workloads, degraded: [], keep: [{ workload: 'orders' }] });
    expect(chooseConfigurations(parsed, storedAfter(parsed)).keep).toEqual([]);
  });

  test('is kept again when it changes', () => {
    const stored = storedAfter(parse(GOOD));
    expect(chooseConfigurations(parse({ ...GOOD, SPILLWAY_MAX_WAIT_SECONDS: '31' }), stored).keep).toHaveLength(1);
  });
});

describe('a broken workload', () => {
  const broken = parse({ ...GOOD, SPILLWAY_BURST_MAX_GROUPS: 'ten' });

  test('runs on exactly as it last ran, and says since when', () => {
    const more =
      'command: [a]\nidentity: ' +
      SCALE_SET.replace('Compute/virtualMachineScaleSets', 'ManagedIdentity/userAssignedIdentities');
    const env = {
      ...GOOD,
      SPILLWAY_SCALE_SET: SCALE_SET,
      SPILLWAY_LOG_QUERY: 'a',
      SPILLWAY_LOG_WORKSPACE: '22222222-2222-2222-2222-222222222222',
    };
    const good = parse(env, [file('orders', more)]);
    expect(good.problems).toEqual([]);
    const { run, degraded, keep } = chooseConfigurations(broken, storedAfter(good));
    expect(run).toEqual(good.workloads);
    expect(degraded).toEqual([{ workload: 'orders', problems: broken.problems, runsConfigurationFrom: AT }]);
    expect(keep).toEqual([]);
  });

  test('that never ran does not run and is listed', () => {
    const { run, degraded } = chooseConfigurations(broken, new Map());
    expect(run).toEqual([]);
    expect(degraded).toEqual([{ workload: 'orders', problems: broken.problems, runsConfigurationFrom: undefined }]);
  });

  test.each([
    ['is no JSON', '{'],
    ['lacks something', '{"name":"orders"}'],
    ['is of another workload', storedAfter(parse(GOOD, [file('mail')])).get('mail')?.json ?? ''],
  ])('does not run on a stored configuration that %s', (_, json) => {
    const stored = new Map([['orders', { json, hash: 'a', at: AT }]]);
    const degraded = [{ workload: 'orders', runsConfigurationFrom: undefined }];
    expect(chooseConfigurations(broken, stored)).toMatchObject({ run: [], degraded });
  });

  test.each([
    ['enforce', 'off', 'off'],
    ['enforce', 'dry-run', 'dry-run'],
    ['dry-run', 'enforce', 'dry-run'],
    ['enforce', 'wrong', 'enforce'],
  ])('that ran with mode %s and now says %s runs with %s', (before, now, mode) => {
    const stored = storedAfter(parse({ ...GOOD, SPILLWAY_MODE: before }));
    const parsed = parse({ ...GOOD, SPILLWAY_MODE: now, SPILLWAY_BURST_MAX_GROUPS: 'ten' });
    expect(chooseConfigurations(parsed, stored).run).toMatchObject([{ scaling: { mode } }]);
  });
});

test('a workload that is no longer declared does not run, whatever is stored', () => {
  const stored = storedAfter(parse(GOOD));
  expect(chooseConfigurations(parse(GOOD, [file('mail')]), stored).run.map(({ name }) => name)).toEqual(['mail']);
});
