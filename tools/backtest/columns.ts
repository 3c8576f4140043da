// The columns of the tables of policies, printed and in the report.

import type { PolicyReport } from './report.ts';

export interface Column {
  title: string;
  cell: (policy: PolicyReport) => string;
}

export const COLUMNS: readonly Column[] = [
  { title: 'late %', cell: ({ latePercent }) => latePercent.toFixed(3) },
  { title: 'p50 s', cell: ({ p50 }) => p50.toFixed(0) },
  { title: 'p95 s', cell: ({ p95 }) => p95.toFixed(0) },
  { title: 'p99 s', cell: ({ p99 }) => p99.toFixed(0) },
  { title: 'cost USD', cell: ({ cost }) => cost.toFixed(2) },
  { title: 'over limit', cell: ({ costOverLimit }) => costOverLimit.toFixed(2) },
  { title: 'changes/h', cell: ({ changesPerHour }) => changesPerHour.toFixed(0) },
  { title: 'actions/h', cell: ({ actionsPerHour }) => actionsPerHour.toFixed(0) },
  { title: 'peak', cell: ({ peakReplicas }) => peakReplicas.toFixed(0) },
  { title: 'under %', cell: ({ elasticity }) => elasticity.underPercent.toFixed(1) },
  { title: 'over %', cell: ({ elasticity }) => elasticity.overPercent.toFixed(1) },
  { title: 'unstable %', cell: ({ elasticity }) => elasticity.instabilityPercent.toFixed(1) },
  { title: 'knobs', cell: ({ knobs }) => knobsText(knobs) },
];

const knobsText = (knobs: Record<string, number>): string =>
  Object.entries(knobs)
    .map(([knob, value]) => `${knob} ${value}`)
    .join(', ');
