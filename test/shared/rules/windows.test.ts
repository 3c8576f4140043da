import { describe, expect, it } from 'vitest';
import { plan } from '../../../shared/controller/plan.ts';
import type { AlertSignal, Hint } from '../../../shared/ports/stores.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import type { RuleDeclaration } from '../../../shared/workload/rules.ts';
import { inputOf, NOW, observationOf, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const USUAL = { forSeconds: 60, coolDownSeconds: 300, activation: 0 };

function planned(window: RuleDeclaration['window'], hints: Hint[] = [], answer = 80) {
  const workload = workloadOf({
    queue: undefined,
    base: { mode: 'none', scaleSet: undefined },
    signals: [
      { name: 'asked', log: { workspaceId: 'w', query: 'q' } },
      { name: 'night', hint: {} },
    ],
    rules: [
      { signal: 'asked', requestsPerReplica: 10, ...USUAL },
      { signal: 'night', window, ...USUAL },
    ],
  });
  const alert: AlertSignal = {
    id: 'a',
    rule: 'slow',
    severity: 'Sev1',
    condition: 'fired',
    at: NOW - 1000,
    expiresAt: NOW + 60_000,
  };
  const night: Hint = { id: 'n', signal: 'night', load: 1, unit: 'replicas', at: NOW, expiresAt: NOW + 60_000 };
  const observation = observationOf({
    queue: undefined,
    base: undefined,
    signals: { asked: { status: 'read', value: { value: answer }, at: NOW - 1000 } },
    alerts: [alert],
    hints: [night, ...hints],
  });
  const { actions, reasons } = plan(inputOf({ workload, observation, state: stateOf() }));
  const told = reasons.filter(({ code }) => code.startsWith('rule-window')).map(sentence);
  return { started: actions.filter(({ kind }) => kind === 'create-group').length, told };
}

describe('the maximum of a window that is open', () => {
  it('is kept when an alert would add groups, and says so', () => {
    expect(planned({ maximum: 4 })).toEqual({
      started: 4,
      told: [
        'Signal night (hint) asks for at most 4 replicas now: 4, not 8.',
        'Signal night (hint) asks for at most 4 replicas now: 4, not 6.',
      ],
    });
    expect(planned({ maximum: 9 }).started).toBe(9);
    expect(planned({ maximum: 10 })).toEqual({ started: 10, told: [] });
  });

  it('leaves an alert nothing to add to a hint that is above it', () => {
    const hint: Hint = { id: 'x', load: 20, unit: 'replicas', at: NOW, expiresAt: NOW + 60_000 };
    expect(planned({ maximum: 4 }, [hint]).started).toBe(20);
  });

  it('bounds no alert where no window has one', () => {
    expect(planned({ minimum: 9 })).toEqual({
      started: 11,
      told: ['Signal night (hint) asks for at least 9 replicas now: 9, not 8.'],
    });
    expect(planned({ wanted: 9 }).told).toEqual(['Signal night (hint) asks for 9 replicas now.']);
    expect(planned({ wanted: 1 }).told).toEqual(['Signal night (hint) asks for 1 replica now.']);
  });
});
