import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activeAlerts, ALERT_EXPIRY_MS } from '../../../shared/signals/alerts.ts';
import { parseAlert } from '../../../shared/signals/common-alert.ts';

const FIRED = Date.UTC(2026, 10, 25, 12);
const RECEIVED = FIRED + 90_000;

const payload = (essentials: object = {}, customProperties: unknown = { workload: 'orders' }): unknown => ({
  schemaId: 'azureMonitorCommonAlertSchema',
  data: {
    essentials: {
      alertId: '/subscriptions/s/providers/Microsoft.AlertsManagement/alerts/1',
      alertRule: 'queue-long',
      severity: 'Sev2',
      monitorCondition: 'Fired',
      originAlertId: 'origin-1',
      firedDateTime: new Date(FIRED).toISOString(),
      ...essentials,
    },
    customProperties,
  },
});

describe('an alert of Azure Monitor', () => {
  it('names its workload among the properties of the rule, too, and other properties there do no harm', () => {
    const told = (alertContext: unknown): unknown => {
      const { data, ...rest } = payload({}, null) as { data: object };
      return { ...rest, data: { ...data, alertContext } };
    };
    expect(parseAlert(told({ properties: { workload: 'orders' } }), RECEIVED)).toMatchObject({ workload: 'orders' });
    for (const context of [{ properties: null }, { properties: ['a'] }, 'text', undefined])
      expect(parseAlert(told(context), RECEIVED)).toMatchObject({ kind: 'alert', workload: undefined });
  });

  it('that fired counts from when it fired and expires from when it was received', () => {
    expect(parseAlert(payload(), RECEIVED)).toEqual({
      kind: 'alert',
      workload: 'orders',
      signal: {
        id: 'origin-1',
        rule: 'queue-long',
        severity: 'Sev2',
        condition: 'fired',
        at: FIRED,
        expiresAt: RECEIVED + ALERT_EXPIRY_MS,
      },
    });
  });

  it('that resolved takes the time of that, and the same id as when it fired', () => {
    const resolved = { monitorCondition: 'Resolved', resolvedDateTime: new Date(FIRED + 60_000).toISOString() };
    expect(parseAlert(payload(resolved), RECEIVED)).toMatchObject({
      signal: { id: 'origin-1', condition: 'resolved', at: FIRED + 60_000 },
    });
  });

  it('that says it fired in the future is taken for one of now', () => {
    const future = { firedDateTime: new Date(RECEIVED + 3_600_000).toISOString() };
    expect(parseAlert(payload(future), RECEIVED)).toMatchObject({ signal: { at: RECEIVED } });
  });

  it('without custom properties names no workload', () => {
    expect(parseAlert(payload({}, null), RECEIVED)).toMatchObject({ kind: 'alert', workload: undefined });
  });

  it('of the test button is a test', () => {
    const alertId = '/subscriptions/11111111-1111-1111-1111-111111111111/providers/x/alerts/1';
    expect(parseAlert(payload({ alertId }), RECEIVED)).toEqual({ kind: 'test' });
  });

  it('that is something else is told what is wrong with it', () => {
    expect(parseAlert({ schemaId: 'AzureMonitorMetricAlert' }, RECEIVED)).toMatchObject({ kind: 'invalid' });
    expect(parseAlert(payload({ monitorCondition: 'Maybe' }), RECEIVED)).toEqual({
      kind: 'invalid',
      problems: [expect.stringContaining('data.essentials.monitorCondition')],
    });
  });

  it('never makes the parser throw, whatever was posted', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (essentials, custom) => {
        const body = payload(typeof essentials === 'object' && essentials !== null ? essentials : {}, custom);
        expect(['alert', 'test', 'invalid']).toContain(parseAlert(body, RECEIVED).kind);
        expect(parseAlert(essentials, RECEIVED).kind).toBe('invalid');
      }),
    );
  });

  const sample = fileURLToPath(
    new URL('../../../../shared/specs/common-alert-schema/metric-alert-resolved.json', import.meta.url),
  );
  it.skipIf(!existsSync(sample))('as the documentation shows it is understood (needs the API descriptions)', () => {
    const body: unknown = JSON.parse(readFileSync(join(sample), 'utf8'));
    expect(parseAlert(body, RECEIVED)).toMatchObject({
      kind: 'alert',
      signal: { rule: 'WCUS-R2-Gen2', severity: 'Sev3', condition: 'resolved' },
    });
  });
});

describe('alerts that count', () => {
  const signal = { id: 'a', rule: 'r', severity: 'Sev2', at: FIRED, expiresAt: RECEIVED };

  it('have fired and are not expired', () => {
    const alerts = [
      { ...signal, id: '1', condition: 'fired' as const },
      { ...signal, id: '2', condition: 'resolved' as const },
      { ...signal, id: '3', condition: 'fired' as const, expiresAt: FIRED },
    ];
    expect(activeAlerts(alerts, FIRED).map(({ id }) => id)).toEqual(['1']);
  });
});
