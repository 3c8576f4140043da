import { expect, it } from 'vitest';
import { readLog, readSignals } from '../../../shared/controller/observe-signals.ts';
import type { Ports } from '../../../shared/ports/ports.ts';
import type { SignalDeclaration } from '../../../shared/workload/signals.ts';
import { NOW, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const asked: SignalDeclaration = { name: 'asked', log: { workspaceId: 'w', query: 'q' } };

it.each([
  ['a moment ago is not asked again', 20, undefined],
  ['half a minute ago is', 30, ['asked']],
  ['in a time to come, before a clock was put back, is', -3600, ['asked']],
])('a log that was asked %s, as signal and as query of the workload', async (_, secondsAgo, names) => {
  const logDemand = { value: 1, at: NOW - secondsAgo * 1000 };
  const readings = { asked: { ...logDemand, readAt: logDemand.at } };
  const state = stateOf({ signals: { readings, steps: {}, serving: [], asked: {}, logDemand } });
  const read = (sources: SignalDeclaration[]) =>
    Promise.resolve(sources.map(() => ({ status: 'read' as const, value: { value: 2 }, at: NOW })));
  const logQueries = { number: () => Promise.resolve(2) };
  const ports = { clock: { now: () => NOW }, signals: { read }, logQueries } as unknown as Ports;
  const answers = await readSignals(ports, workloadOf({ signals: [asked] }), state);
  expect(answers && Object.keys(answers)).toEqual(names);
  expect(await readLog(ports, { workspaceId: 'w', query: 'q' }, state)).toEqual(
    names ? { status: 'read', value: 2, at: NOW } : { status: 'read', ...logDemand },
  );
});
