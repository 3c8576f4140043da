/** The action of Azure's access control that a request needs, by its method and path; undefined for a data plane. */
export function actionOf(method: string, path: string): string | undefined {
  if (path.endsWith('/metrics:getBatch')) return 'Microsoft.Insights/metrics/read';
  if (/\/workspaces\/[^/]+\/query$/.test(path)) return 'Microsoft.OperationalInsights/workspaces/query/read';
  const [provider, ...rest] = path.split('/providers/').at(-1)?.split('/') ?? [];
  if (provider === undefined || !path.includes('/providers/')) return undefined;
  // Types and names take turns; a POST ends in the name of an action.
  const types = rest.filter((_, index) => index % 2 === 0);
  const verbs: Record<string, string> = { GET: 'read', PUT: 'write', PATCH: 'write', DELETE: 'delete', POST: 'action' };
  return [provider, ...types, verbs[method]].join('/');
}
