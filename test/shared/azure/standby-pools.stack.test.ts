import { expect } from 'vitest';
import { standbyPoolsContract } from '../../contracts/standby-pools.ts';
import { OWNER, startLocalStack } from '../../support/local-stack.ts';
import { standbyPoolOf } from '../../support/standby-pools.ts';

standbyPoolsContract('Azure', async () => {
  const { connected, azure, clock, close, problems } = await startLocalStack({ standbyPools: [standbyPoolOf(2)] });
  const { standbyPools, containerGroups } = connected.ports;
  return {
    pools: standbyPools,
    groups: containerGroups,
    ownerId: OWNER,
    degrade: (message) => void (azure.model.standbyPools.degraded = message),
    advance: (milliseconds) => clock.advance(milliseconds),
    close: async () => {
      await close();
      // The description of groups at hand is older than pools; test/shared/azure/group-body-schema.test.ts has the body.
      const older = /^ContainerGroups_CreateOrUpdate: request /;
      expect(problems().filter((problem) => !older.test(problem))).toEqual([]);
    },
  };
});
