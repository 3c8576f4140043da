// The report: one HTML file with everything inside, charts by uPlot. It opens from disk, without a network.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { COLUMNS } from './columns.ts';
import type { Compared } from './compare.ts';
import { summary, type Backtest, type PolicyReport } from './report.ts';

/** Points of a chart; more cannot be told apart on a screen. */
const MOST_POINTS = 2000;

/** Others are shown by a click; all of them where none of these was played. */
const SHOWN_FIRST = new Set(['spillway', 'keda-queue', 'clairvoyant']);
const COLOURS = [
  '#0b6bcb',
  '#c2410c',
  '#15803d',
  '#7c3aed',
  '#b91c1c',
  '#0e7490',
  '#a16207',
  '#be185d',
  '#4d7c0f',
  '#475569',
  '#9333ea',
  '#0d9488',
  '#ea580c',
  '#1e3a8a',
];

interface Chart {
  title: string;
  unit: string;
  minutes: number[];
  series: { name: string; values: number[]; colour: string; shown: boolean }[];
}

export async function htmlReport(backtest: Backtest, all: readonly Compared[]): Promise<string> {
  const dist = dirname(createRequire(import.meta.url).resolve('uplot'));
  const [script, style] = await Promise.all(
    ['uPlot.iife.min.js', 'uPlot.min.css'].map((file) => readFile(join(dist, file), 'utf8')),
  );
  const charts = JSON.stringify(chartsOf(all)).replaceAll('<', '\\u003c');
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>Backtest of ${escaped(backtest.trace)}</title><style>${style}${STYLE}</style></head><body><main>`,
    body(backtest),
    `</main><script>${script}</script><script>const charts = ${charts};${DRAW}</script></body></html>`,
  ].join('\n');
}

function body(backtest: Backtest): string {
  const { trace, policies, tuned, recommendation, seeds } = backtest;
  const parts = [
    `<h1>Backtest of ${escaped(trace)}</h1>`,
    ...summary(backtest).map((line) => `<p>${escaped(line)}</p>`),
    ...(recommendation ? [`<p class="advice"><b>Recommendation.</b> ${escaped(recommendation.sentence)}</p>`] : []),
    '<div id="charts"></div>',
    '<p>Charts show the first run, and what was paid for at the first second of each minute.</p>',
    `<h2>All policies at their defaults</h2><p>${meansOf(seeds)}</p>`,
    tableOf(policies),
    ...(tuned.length === 0
      ? []
      : [
          '<h2>Peers with their knobs turned</h2>',
          '<p>Turned on the first half of the trace, scored on the second; Spillway as above, on the second half.</p>',
          tableOf(tuned),
        ]),
    '<h2>How to read this</h2>',
    '<p>A task waits from its arrival until a replica takes it. Cost is that of container groups by the second and of machines ',
    'by the second from request to removal, at list prices. Over the limit is the cost divided by that of the work done on the ',
    'cheapest capacity at full use, which nobody can reach. Every policy meets the same quota, the same limits on creates, ',
    'failed creates, late metrics, and a service rate that wanders and that nobody is told. The clairvoyant knows arrivals and ',
    'start times, and has container groups alone: what it cannot reach, no policy without machines can. Under and over say by how ',
    'many percent of the demand supply fell short or was too much, on average by minute; unstable, in how many percent of the ',
    'minutes supply did not move as demand did. Peak is the most replicas that were paid for at once.</p>',
  ];
  return parts.join('\n');
}

function tableOf(policies: readonly PolicyReport[]): string {
  const head = COLUMNS.map(({ title }) => `<th>${title}</th>`).join('');
  const rows = policies.map((policy) => {
    const cells = COLUMNS.map(({ cell }) => `<td>${escaped(cell(policy))}</td>`).join('');
    return `<tr${policy.name === 'spillway' ? ' class="ours"' : ''}><th scope="row">${policy.name}</th>${cells}</tr>`;
  });
  return `<div class="wide"><table><thead><tr><th>policy</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

const meansOf = (seeds: number): string =>
  seeds === 1 ? 'One run.' : `Means of ${seeds} runs with different arrivals, start times and service rates.`;

function chartsOf(all: readonly Compared[]): Chart[] {
  const runs = all.flatMap(({ defaults: { name, minutes } }) => (minutes ? [{ name, minutes }] : []));
  const [first] = runs;
  if (!first) return [];
  const isShown = ({ name }: { name: string }): boolean =>
    SHOWN_FIRST.has(name) || !runs.some((run) => SHOWN_FIRST.has(run.name));
  const step = Math.ceil(first.minutes.demand.length / MOST_POINTS);
  const minutes = thinned(first.minutes.demand, step).map((_, index) => index * step);
  const demand = { name: 'load', values: thinned(first.minutes.demand, step), colour: '#64748b', shown: true };
  const byPolicy = (values: (run: (typeof runs)[number]) => number[]): Chart['series'] =>
    runs.map((run, index) => ({
      name: run.name,
      values: thinned(values(run), step),
      colour: COLOURS[index % COLOURS.length] ?? '#000',
      shown: isShown(run),
    }));
  return [
    { title: 'Load, as replicas that it keeps busy', unit: 'replicas', minutes, series: [demand] },
    {
      title: 'Replicas paid for, by policy (click a name to show or hide it)',
      unit: 'replicas',
      minutes,
      series: [demand, ...byPolicy((run) => run.minutes.paid)],
    },
    { title: 'Longest wait of each minute', unit: 's', minutes, series: byPolicy((run) => run.minutes.waits) },
  ];
}

/** The highest of each `step` values, so that no peak is lost. */
const thinned = (values: readonly number[], step: number): number[] =>
  Array.from({ length: Math.ceil(values.length / step) }, (_, index) =>
    Math.max(...values.slice(index * step, (index + 1) * step)),
  );

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #0f172a; background: #fff; margin: 0; }
main { max-width: 1200px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.advice { border-left: 4px solid #0b6bcb; padding: 0.5rem 1rem; background: #f1f5f9; }
.wide { overflow-x: auto; }
table { font-size: 14px; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.5rem; text-align: right; border-bottom: 1px solid #e2e8f0; white-space: nowrap; }
th:first-child { text-align: left; } td:last-child { text-align: left; white-space: normal; min-width: 9rem; }
.ours { background: #eff6ff; font-weight: 600; }
.chart { margin-top: 1.5rem; }`;

const DRAW = `
const root = document.getElementById('charts');
const clock = (minute) => Math.floor(minute / 60) + ':' + String(minute % 60).padStart(2, '0') + ' h';
for (const { title, unit, minutes, series } of charts) {
  const div = root.appendChild(document.createElement('div'));
  div.className = 'chart';
  new uPlot(
    {
      title, width: Math.min(1160, innerWidth - 40), height: 300,
      scales: { x: { time: false } },
      axes: [
        {
          incrs: [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14400, 28800],
          values: (_, ticks) => ticks.map(clock),
        },
        { label: unit },
      ],
      series: [
        { label: 'time', value: (_, minute) => (minute === null ? '--' : clock(minute)) },
        ...series.map(({ name, colour, shown }) => ({ label: name, stroke: colour, width: 1.5, show: shown })),
      ],
    },
    [minutes, ...series.map(({ values }) => values)],
    div,
  );
}`;
