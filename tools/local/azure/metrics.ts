// Azure Monitor's data planes: the metrics batch of 2024-02-01 and the log query, answered from given sources.
// Not modelled: rollup, top, order, more than one dimension, intervals other than a minute.

import { type Time } from '../clock.ts';
import { type ArmAnswer, ArmError, type ArmRequest, iso } from './arm.ts';

/** The value of one full minute; undefined where the service has none. `dimension` is the filtered value. */
export type MetricSource = (
  resourceId: string,
  metricName: string,
  aggregation: string,
  minuteStart: Time,
  dimension?: { name: string; value: string },
) => number | undefined;

export interface LogTable {
  columns: { name: string; type: string }[];
  rows: unknown[][];
}

export type LogSource = (workspaceId: string, query: string, timespan?: string) => LogTable;

const minute = 60_000;
// A full minute is readable about this long after it ended.
const delay = 60_000;

const badRequest = (message: string): ArmError => new ArmError(400, 'BadRequest', message);

/** Answers `metrics:getBatch`: at most 50 resources, one value per minute and aggregation. */
export function metricsBatch(request: ArmRequest, source: MetricSource, now: Time): ArmAnswer {
  const ids = (request.body as { resourceids?: string[] } | null)?.resourceids;
  if (!Array.isArray(ids) || ids.length === 0) throw badRequest('The body must name the resources in resourceids.');
  if (ids.length > 50) throw badRequest(`At most 50 resources can be asked for at once, but ${ids.length} were.`);
  const asked = parseQuery(request.query, now);
  const { start, end, aggregations, dimension } = asked;
  const dataOf = (id: string, name: string): object[] => {
    const data: object[] = [];
    for (let at = Math.floor(start / minute) * minute; at < end && at + minute + delay <= now; at += minute) {
      const values = aggregations.map((each) => [each, source(id, name, each, at, dimension)] as const);
      const present = values.filter(([, value]) => value !== undefined);
      data.push({ timeStamp: iso(at), ...Object.fromEntries(present) });
    }
    return data;
  };
  const { name = '', value = '' } = dimension ?? {};
  const metadatavalues = dimension ? [{ name: { value: name, localizedValue: name }, value }] : [];
  const metricOf = (id: string, metric: string): object => ({
    id: `${id}/providers/Microsoft.Insights/metrics/${metric}`,
    type: 'Microsoft.Insights/metrics',
    name: { value: metric, localizedValue: metric },
    unit: 'Count',
    timeseries: [{ metadatavalues, data: dataOf(id, metric) }],
    errorCode: 'Success',
  });
  const values = ids.map((id) => ({
    starttime: iso(start),
    endtime: iso(end),
    interval: 'PT1M',
    namespace: asked.namespace,
    resourceid: id,
    value: asked.names.map((metric) => metricOf(id, metric)),
  }));
  return { status: 200, headers: {}, body: { values } };
}

/** Answers a query of a Log Analytics workspace with one table. */
export function logsQuery(workspaceId: string, body: unknown, source: LogSource): ArmAnswer {
  const { query, timespan } = (body ?? {}) as { query?: string; timespan?: string };
  if (!query) throw badRequest('The body must hold a query.');
  return {
    status: 200,
    headers: {},
    body: { tables: [{ name: 'PrimaryResult', ...source(workspaceId, query, timespan) }] },
  };
}

const listed = (text: string | null): string[] => text?.split(',').filter(Boolean) ?? [];

function parseQuery(query: URLSearchParams, now: Time) {
  const interval = query.get('interval') ?? 'PT1M';
  if (interval !== 'PT1M') throw badRequest(`The local metrics have an interval of PT1M only, not ${interval}.`);
  const names = listed(query.get('metricnames'));
  const namespace = query.get('metricnamespace');
  if (names.length === 0 || namespace === null) throw badRequest('metricnames and metricnamespace are required.');
  const end = query.has('endtime') ? Date.parse(query.get('endtime') ?? '') : now;
  const start = query.has('starttime') ? Date.parse(query.get('starttime') ?? '') : end - 60 * minute;
  if (!(start < end)) throw badRequest('starttime must be before endtime, both as ISO 8601 times.');
  const aggregations = listed(query.get('aggregation') ?? 'average').map((each) => each.toLowerCase());
  return { names, namespace, start, end, aggregations, dimension: dimensionOf(query.get('filter')) };
}

function dimensionOf(filter: string | null): { name: string; value: string } | undefined {
  if (!filter) return undefined;
  const parts = /^\s*(\w+)\s+eq\s+'([^']*)'\s*$/i.exec(filter);
  if (!parts?.[1] || parts[2] === undefined) {
    throw badRequest(`The local metrics know filters of the form Name eq 'value', not: ${filter}`);
  }
  return { name: parts[1].toLowerCase(), value: parts[2] };
}
