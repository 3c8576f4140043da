// Metric alert rules as the compiler predicts them, against what they feed: a workload, or operators.

import { nameFor } from '../../shared/settings/setting.ts';
import type { Resource } from './compiler.ts';

export interface Fed {
  /** App settings of the deployment. */
  settings: Record<string, string>;
  /** Names of the queues that are deployed. */
  queues: readonly string[];
  /** Metrics of a namespace that may be gone by. */
  metrics: readonly string[];
}

interface Criterion {
  metricName: string;
  dimensions: { name: string; values: string[] }[];
}

interface Rule {
  criteria: { allOf: Criterion[] };
  actions: { webHookProperties?: { workload?: string } }[];
}

const rulesIn = (resources: readonly Resource[]): { name: string; rule: Rule }[] =>
  resources
    .filter(({ type }) => type === 'Microsoft.Insights/metricAlerts')
    .map(({ name, properties }) => ({ name, rule: properties as unknown as Rule }));

const workloadIn = ({ actions }: Rule): string | undefined => actions[0]?.webHookProperties?.workload;

export const workloadOfRule = (rule: Resource): string | undefined => workloadIn(rule.properties as unknown as Rule);

/** Queue of a workload by the settings, as the app takes them. */
const queueOf = (workload: string, settings: Record<string, string>): string | undefined => {
  const own = settings[nameFor('SPILLWAY_QUEUE', workload)];
  return (own ?? settings['SPILLWAY_QUEUE'])?.split('/').at(-1);
};

/** Rules that go by a metric or a queue that is not there, or call for a workload whose load that is not. */
export function ruleProblems(resources: readonly Resource[], { settings, queues, metrics }: Fed): string[] {
  return rulesIn(resources).flatMap(({ name, rule }) =>
    rule.criteria.allOf.flatMap(({ metricName, dimensions }) => {
      const queue = dimensions.find((dimension) => dimension.name === 'EntityName')?.values[0];
      const workload = workloadIn(rule);
      const fed = workload === undefined ? queue : queueOf(workload, settings);
      return [
        ...(metrics.includes(metricName) ? [] : [`${name} goes by ${metricName}, which is no metric of a namespace.`]),
        ...(queue && queues.includes(queue) ? [] : [`${name} goes by the queue ${queue}, which is not deployed.`]),
        ...(queue === fed ? [] : [`${name} feeds ${workload}, whose queue is ${fed}, by the queue ${queue}.`]),
      ];
    }),
  );
}

/** Workloads that no rule of load feeds. */
export const unfedProblems = (resources: readonly Resource[], workloads: readonly string[]): string[] => {
  const fed = new Set(rulesIn(resources).map(({ rule }) => workloadIn(rule)));
  return workloads.filter((name) => !fed.has(name)).map((name) => `No alert rule feeds the workload ${name}.`);
};
