// Which operation a method and path mean. Paths are matched without regard to case, as Resource Manager does.

import { type ArmAnswer, ArmError, type ArmRequest, type ResourceId } from './arm.ts';
import { type AzureModel } from './azure.ts';
import { groupType } from './container-groups.ts';
import { gatewayType } from './gateways.ts';
import { logsQuery, metricsBatch } from './metrics.ts';
import { zoneType } from './private-zones.ts';
import { scaleSetType } from './scale-sets.ts';
import { poolType } from './standby-pools.ts';

type Params = Record<string, string>;
type Handler = (model: AzureModel, params: Params, request: ArmRequest) => ArmAnswer;

export interface Route {
  method: string;
  pattern: RegExp;
  /** The api-versions it answers; none for data planes without one in the query. */
  versions: readonly string[];
  /** Counted in Resource Manager's token buckets. */
  arm: boolean;
  handle: Handler;
}

const aci = ['2023-05-01', '2018-06-01'];
/** The first that takes groups from standby pools. */
const pooled = '2025-09-01';
const compute = ['2024-07-01', '2024-11-01', '2026-04-01'];
const subscription = '/subscriptions/:subscription';
const group = `${subscription}/resourceGroups/:resourceGroup`;
const groups = `/providers/${groupType}`;
const sets = `/providers/${scaleSetType}`;
const records = `${group}/providers/${zoneType}/:name/A/:record`;
const gateway = `${group}/providers/${gatewayType}/:name`;
const networks = '/providers/Microsoft.Network/virtualNetworks';
const network = ['2024-05-01'];
const web = ['2024-11-01'];
const link = 'Microsoft.ContainerInstance/serviceAssociationLinks/default';
const topics = '/providers/Microsoft.EventGrid/systemTopics';
const site = `${group}/providers/Microsoft.Web/sites/:name`;
const secret = `${group}/providers/Microsoft.KeyVault/vaults/:name/secrets/:secret`;
const actionGroup = `${group}/providers/Microsoft.Insights/actionGroups/:name`;
const machines = '/providers/Microsoft.Compute/virtualMachines';

function route(method: string, path: string, versions: readonly string[], handle: Handler, arm = true): Route {
  const pattern = new RegExp(`^${path.replace(/\/:(\w+)/g, '/(?<$1>[^/]+)')}/?$`, 'i');
  return { method, pattern, versions, arm, handle };
}

const idOf = (params: Params, type: string): ResourceId => ({
  subscription: params['subscription'] ?? '',
  resourceGroup: params['resourceGroup'] ?? '',
  type,
  name: params['name'] ?? '',
});
const groupId = (params: Params): ResourceId => idOf(params, groupType);
const setId = (params: Params): ResourceId => idOf(params, scaleSetType);
const expanded = (request: ArmRequest): boolean => /instanceView/i.test(request.query.get('$expand') ?? '');

const listGroups: Handler = (model, params, { query }) =>
  model.groups.list(
    params['subscription'] ?? '',
    params['resourceGroup'],
    query.get('api-version') ?? '',
    Number(query.get('$skiptoken') ?? 0),
  );
const listMachines: Handler = (model, params, request) => {
  const scope = [`/subscriptions/${params['subscription']}`];
  if (params['resourceGroup']) scope.push(`resourceGroups/${params['resourceGroup']}`);
  return model.scaleSets.machines(scope.join('/'), request.query.get('$filter'), expanded(request));
};
const operation: Handler = (model, params, { query }) =>
  model.operations.get(params['operation'] ?? '', query.get('monitor') === 'true');

const table: readonly Route[] = [
  route('GET', `${subscription}${groups}`, aci, listGroups),
  route('GET', `${group}${groups}`, aci, listGroups),
  route('GET', `${group}${groups}/:name`, aci, (m, p) => m.groups.get(groupId(p))),
  route('PUT', `${group}${groups}/:name`, [...aci, pooled], (m, p, r) => m.groups.put(groupId(p), r.body)),
  route('PATCH', `${group}${groups}/:name`, aci, (m, p, r) => m.groups.patch(groupId(p), r.body)),
  route('DELETE', `${group}${groups}/:name`, aci, (m, p) => m.groups.remove(groupId(p))),
  route('POST', `${group}${groups}/:name/stop`, aci, (m, p) => m.groups.stop(groupId(p))),
  route('POST', `${group}${groups}/:name/start`, aci, (m, p) => m.groups.start(groupId(p))),
  route('POST', `${group}${groups}/:name/restart`, aci, (m, p) => m.groups.restart(groupId(p))),
  route('GET', `${subscription}/providers/Microsoft.ContainerInstance/locations/:location/usages`, aci, (m, p) =>
    m.groups.usages(p['subscription'] ?? '', p['location'] ?? ''),
  ),
  route(
    'GET',
    `${subscription}/providers/Microsoft.ContainerInstance/locations/:location/operations/:operation`,
    aci,
    operation,
  ),
  route(
    'GET',
    `${subscription}/providers/Microsoft.Compute/locations/:location/operations/:operation`,
    compute,
    operation,
  ),
  route('GET', `${group}${networks}/:name`, network, (m, _, r) => m.networks.get(r.path)),
  route('GET', `${group}${networks}/:name/usages`, network, (m, _, r) =>
    m.networks.usages(r.path.replace(/\/usages$/i, '')),
  ),
  route('GET', `${group}${networks}/:name/subnets/:subnet`, network, (m, p, r) =>
    m.networks.subnet(r.path.replace(/\/subnets\/[^/]+$/i, ''), p['subnet'] ?? ''),
  ),
  route('DELETE', `${group}${networks}/:name/subnets/:subnet`, network, (m, p, r) =>
    m.networks.removeSubnet(r.path.replace(/\/subnets\/[^/]+$/i, ''), p['subnet'] ?? ''),
  ),
  route('DELETE', `${group}${networks}/:name/subnets/:subnet/providers/${link}`, aci, (m, _, r) =>
    m.networks.release(r.path.replace(/\/providers\/Microsoft\.ContainerInstance\/.*$/i, '')),
  ),
  ...[group, `${group}/providers/:provider/:type/:name`, `${group}${networks}/:name/subnets/:subnet`].map((scope) =>
    route('GET', `${scope}/providers/Microsoft.Authorization/permissions`, ['2022-04-01'], (m) =>
      m.networks.permissions(),
    ),
  ),
  route('GET', `${subscription}/providers/Microsoft.Authorization/permissions`, ['2022-04-01'], (m) =>
    m.deployment.permissions(),
  ),
  route('GET', `${subscription}/providers/:provider`, ['2021-04-01'], (m, p) =>
    m.deployment.provider(p['provider'] ?? ''),
  ),
  route('GET', `${subscription}${topics}`, ['2025-02-15'], (m) => m.deployment.topics()),
  route('DELETE', `${group}${topics}/:name`, ['2025-02-15'], (m, p) => m.deployment.deleteTopic(p['name'] ?? '')),
  route('GET', `${group}/providers/Microsoft.Web/sites`, web, (m) => m.deployment.apps()),
  route('POST', `${site}/config/appsettings/list`, web, (m) => m.deployment.settings()),
  route('POST', `${site}/host/default/listkeys`, web, (m) => m.deployment.keys()),
  route('POST', `${site}/stop`, web, (m) => m.deployment.stop()),
  route('GET', `${site}/config/configreferences/appsettings/:setting`, web, (m) => m.deployment.getReference()),
  route('POST', `${site}/config/configreferences/appsettings/refresh`, web, (m) => m.deployment.renewReferences()),
  route('GET', secret, web, (m, p) => m.deployment.getSecret(p['secret'] ?? '')),
  route('PUT', secret, web, (m, p, r) => m.deployment.putSecret(p['secret'] ?? '', r.body)),
  route('GET', actionGroup, ['2023-01-01'], (m) => m.deployment.getActionGroup()),
  route('PUT', actionGroup, ['2023-01-01'], (m, _, r) => m.deployment.putActionGroup(r.body)),
  route('GET', `${subscription}/providers/Microsoft.Compute/locations/:location/usages`, compute, (m, p) => {
    const limit = m.quota(p['location'] ?? '').vmCores;
    return { status: 200, headers: {}, body: { value: [{ name: { value: 'cores' }, currentValue: 0, limit }] } };
  }),
  route('GET', `${group}${sets}/:name`, compute, (m, p) => m.scaleSets.get(setId(p))),
  route('PATCH', `${group}${sets}/:name`, compute, (m, p, r) =>
    m.scaleSets.patch(setId(p), r.body ?? {}, r.headers['if-match']),
  ),
  route('POST', `${group}${sets}/:name/delete`, compute, (m, p, r) =>
    m.scaleSets.deleteInstances(setId(p), (r.body as { instanceIds?: unknown } | null)?.instanceIds),
  ),
  route('GET', `${group}${sets}/:name/instanceView`, compute, (m, p) => m.scaleSets.instanceView(setId(p))),
  route('GET', `${group}${sets}/:name/virtualMachines`, compute, (m, p, r) =>
    m.scaleSets.instances(setId(p), expanded(r)),
  ),
  route('GET', `${subscription}${machines}`, compute, listMachines),
  route('GET', `${group}${machines}`, compute, listMachines),
  route('GET', `${group}${machines}/:name`, compute, (m, p, r) =>
    m.scaleSets.machine(idOf(p, 'Microsoft.Compute/virtualMachines'), expanded(r) ? 'expanded' : 'plain'),
  ),
  route('GET', `${group}${machines}/:name/instanceView`, compute, (m, p) =>
    m.scaleSets.machine(idOf(p, 'Microsoft.Compute/virtualMachines'), 'view'),
  ),
  route('GET', `${group}${sets}/:name/networkInterfaces`, ['2018-10-01'], (m, p) => m.scaleSets.interfaces(setId(p))),
  route('GET', `${group}/providers/Microsoft.Network/networkInterfaces`, ['2024-05-01'], (m, p) =>
    m.scaleSets.interfacesOf(`/subscriptions/${p['subscription']}/resourceGroups/${p['resourceGroup']}`),
  ),
  route('GET', `${group}/providers/${poolType}/:name/runtimeViews/latest`, ['2025-03-01'], (m, p) =>
    m.standbyPools.latest(idOf(p, poolType)),
  ),
  route('GET', records, ['2024-06-01'], (m, p) => m.zones.get(idOf(p, zoneType), p['record'] ?? '')),
  route('PUT', records, ['2024-06-01'], (m, p, r) =>
    m.zones.put(idOf(p, zoneType), p['record'] ?? '', r.body, {
      ifMatch: r.headers['if-match'],
      ifNoneMatch: r.headers['if-none-match'],
    }),
  ),
  route('GET', gateway, ['2024-05-01'], (m, p) => m.gateways.get(idOf(p, gatewayType))),
  route('PUT', gateway, ['2024-05-01'], (m, p, r) =>
    m.gateways.put(idOf(p, gatewayType), r.body, r.headers['if-match']),
  ),
  route('GET', `${group}/providers/Microsoft.Insights/autoscalesettings`, ['2022-10-01'], (m) => ({
    status: 200,
    headers: {},
    body: { value: m.autoscaleSettings },
  })),
  route(
    'POST',
    `${subscription}/metrics:getBatch`,
    ['2024-02-01'],
    (m, _, r) => metricsBatch(r, m.metrics, m.clock.now()),
    false,
  ),
  route(
    'POST',
    '(?:/v1)?/workspaces/:workspace/query',
    [],
    (m, p, r) => logsQuery(p['workspace'] ?? '', r.body, m.logs),
    false,
  ),
];

type Found = Readonly<{ route: Route; params: Params }>;

/** Paths that were asked for before: a client asks for the same few over and over. */
const found = new Map<string, Found>();
const FOUND_MOST = 5_000;

/** Finds the operation; throws as Resource Manager does for an unknown type or api-version. */
export function find(request: ArmRequest): Found {
  const asked = `${request.method} ${request.path}`;
  const operation = found.get(asked) ?? search(request);
  if (!operation) {
    const text = `The local Azure has no operation for ${asked}.`;
    throw new ArmError(404, 'InvalidResourceType', text, { 'x-ms-failure-cause': 'gateway' });
  }
  if (found.size >= FOUND_MOST) found.clear();
  found.set(asked, operation);
  checkVersion(request.query.get('api-version'), operation.route.versions);
  return operation;
}

function search({ method, path }: ArmRequest): Found | undefined {
  for (const route of table) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (!match) continue;
    const entries = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    return { route, params: Object.fromEntries(entries) as Params };
  }
  return undefined;
}

function checkVersion(version: string | null, known: readonly string[]): void {
  if (known.length === 0) return;
  if (version === null) {
    throw new ArmError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required.',
    );
  }
  if (!known.includes(version)) {
    const text = `The api-version '${version}' is invalid. The supported versions are '${known.join(',')}'.`;
    throw new ArmError(400, 'InvalidApiVersionParameter', text, { 'x-ms-failure-cause': 'gateway' });
  }
}
