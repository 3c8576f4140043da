// What an action group of Azure Monitor posts: a metric alert in the common alert schema.

import { WORLD } from '../../tools/local/world.ts';

export interface AlertOptions {
  condition: 'Fired' | 'Resolved';
  /** Epoch ms. */
  firedAt: number;
  resolvedAt?: number;
  /** Of the alert; the sample alerts of Azure's own test name a subscription that nobody has. */
  subscription?: string;
  customProperties?: Record<string, string> | null;
}

export function alertPayload({ condition, firedAt, resolvedAt, ...options }: AlertOptions) {
  const { subscription = WORLD.subscription, customProperties = null } = options;
  const rule = 'orders-queue-is-long';
  const target = `/subscriptions/${subscription}/resourcegroups/orders/providers/microsoft.servicebus/namespaces/orders`;
  return {
    schemaId: 'azureMonitorCommonAlertSchema',
    data: {
      essentials: {
        alertId: `/subscriptions/${subscription}/providers/Microsoft.AlertsManagement/alerts/0f3c5a52-6c1e-4b7f-9d0e-2a1b3c4d5e6f`,
        alertRule: rule,
        alertRuleId: `/subscriptions/${subscription}/resourceGroups/orders/providers/microsoft.insights/metricAlerts/${rule}`,
        severity: 'Sev2',
        signalType: 'Metric',
        monitorCondition: condition,
        monitoringService: 'Platform',
        alertTargetIDs: [target],
        configurationItems: ['orders'],
        originAlertId: `7d2f1c90-3b5a-4e6d-8f7c-1a2b3c4d5e6f_orders_microsoft.insights_metricAlerts_${rule}_-81731`,
        firedDateTime: new Date(firedAt).toISOString(),
        ...(resolvedAt !== undefined && { resolvedDateTime: new Date(resolvedAt).toISOString() }),
        description: 'More messages wait than the base works off.',
        essentialsVersion: '1.0',
        alertContextVersion: '1.0',
      },
      alertContext: {
        properties: null,
        conditionType: 'SingleResourceMultipleMetricCriteria',
        condition: {
          windowSize: 'PT5M',
          allOf: [
            {
              metricName: 'ActiveMessages',
              metricNamespace: 'Microsoft.ServiceBus/namespaces',
              operator: 'GreaterThan',
              threshold: '50',
              timeAggregation: 'Average',
              dimensions: [{ name: 'EntityName', value: 'orders' }],
              metricValue: 212,
            },
          ],
        },
      },
      customProperties,
    },
  };
}
