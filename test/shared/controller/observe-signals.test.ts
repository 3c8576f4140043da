import { expect, it } from 'vitest';
import { readSignals } from '../../../shared/controller/observe-signals.ts';
import type { Ports } from '../../../shared/ports/ports.ts';
import type { SignalDeclaration } from '../../../shared/workload/signals.ts';
import { NOW, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const asked: SignalDeclaration = { name: 'asked', log: { workspaceId: 'w', query: 'q' } };

it.each([
  ['a moment ago is not asked again', 20, undefined],
  ['half a minute ago is', 30, ['asked']],
  ['in a time to come, before a clock was put back, is', -3600, ['asked']],
])('a log that was asked %s', async (_, secondsAgo, names) => {
  const reading = { value: 1, at: NOW - secondsAgo * 1000, readAt: NOW - secondsAgo * 1000 };
  const state = stateOf({ signals: { readings: { asked: reading }, steps: {}, serving: [], asked: {} } });
  const read = (sources: SignalDeclaration[]) =>
    Promise.resolve(sources.map(() => ({ status: 'read' as const, value: { value: 2 }, at: NOW })));
  const ports = { clock: { now: () => NOW }, signals: { read } } as unknown as Ports;
  const answers = await readSignals(ports, workloadOf({ signals: [asked] }), state);
  expect(answers && Object.keys(answers)).toEqual(names);
});
