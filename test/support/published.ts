// A scenario whose workload is published in a record set of a zone of its own, beside a gateway.

import type { Discovery, Mode } from '../../shared/workload/workload.ts';
import { subscription } from './azure-samples.ts';
import { scenario } from './scenario.ts';

const network = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network`;
export const RECORDS = `${network}/privateDnsZones/shop.internal/A/orders`;
export const POOL = `${network}/applicationGateways/front/backendAddressPools/orders`;
export const TTL = 10;

export function published(options: Parameters<typeof scenario>[0] = {}) {
  const { scaling, ...others } = options;
  const story = scenario({
    load: 16,
    zones: [{ subscription, resourceGroup: 'rg', type: 'Microsoft.Network/privateDnsZones', name: 'shop.internal' }],
    gateways: [
      {
        id: { subscription, resourceGroup: 'rg', type: 'Microsoft.Network/applicationGateways', name: 'front' },
        location: 'westeurope',
        pools: ['orders'],
      },
    ],
    probe: { path: '/healthz', port: 8080 },
    scaling: { discovery: { recordSet: RECORDS, ttlSeconds: TTL }, ...scaling },
    ...others,
  });
  return {
    ...story,
    /** As if the app settings said this now. */
    declare: (discovery: Discovery | undefined, mode: Mode = 'enforce'): void => {
      story.context.workloads = story.context.workloads.map((workload) => ({
        ...workload,
        scaling: { ...workload.scaling, mode, discovery },
      }));
    },
    resolved: (): readonly string[] => story.model.zones.resolve(RECORDS) ?? [],
    serving: (): string[] => story.groups().flatMap(({ ip, running }) => (running && ip !== undefined ? [ip] : [])),
  };
}
