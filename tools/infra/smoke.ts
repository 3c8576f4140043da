// Whether a deployment works: the app answers, is healthy, and has evaluated each workload without an error.

import type { ReasonCode } from '../../shared/telemetry/reasons.ts';
import { formatProblem, type Problem } from '../../shared/workload/problem.ts';
import { ask } from './ask-app.ts';

export interface SmokeOptions {
  /** Address of the app, without a path. */
  url: string;
  /** A key of the app; empty where none is needed. */
  key: string;
  /** Tries, with a pause after each. */
  tries: number;
  pause: () => Promise<void>;
}

interface Health {
  health: string;
  problems: Problem[];
}

interface Decision {
  reasons: { code: string; text: string; advice?: string }[];
  actions: { kind: string; on: string; problem?: string }[];
}

interface Workload {
  name: string;
  silent: boolean;
  lastEvaluation?: string;
  decisions: Decision[];
}

interface Status {
  error?: string;
  workloads?: Workload[];
}

/** With these a workload does not work as it is declared: what it goes by is not read, or no place takes its groups. */
const FAILING: ReadonlySet<string> = new Set<ReasonCode>([
  'queue-stale',
  'log-failed',
  'signal-lost',
  'base-unread',
  'spend-unknown',
  'rollout-unread',
  'preflight',
  'no-location',
  'revision-refused',
]);

export interface SmokeResult {
  ok: boolean;
  lines: string[];
}

/** Never throws; the lines say what was seen and what to do. */
export async function smoke(options: SmokeOptions): Promise<SmokeResult> {
  let last: SmokeResult = { ok: false, lines: ['Nothing was tried.'] };
  for (let turn = 0; turn < options.tries; turn++) {
    last = await once(options);
    if (last.ok) return last;
    await options.pause();
  }
  return last;
}

async function once({ url, key }: SmokeOptions): Promise<SmokeResult> {
  const health = await ask({ url, key, path: 'health' });
  if (typeof health === 'string') return { ok: false, lines: [health] };
  const { health: state, problems } = health.body as Health;
  if (state !== 'healthy')
    return {
      ok: false,
      lines: [`The app is ${state}:`, ...problems.map((problem) => `  ${formatProblem(problem)}`)],
    };
  const status = await ask({ url, key, path: 'status' });
  if (typeof status === 'string') return { ok: false, lines: [status] };
  const { workloads = [], error } = status.body as Status;
  if (error !== undefined) return { ok: false, lines: [`The app cannot tell its status: ${error}`] };
  if (workloads.length === 0)
    return { ok: false, lines: ['No workload is deployed: is its file in the workloads folder?'] };
  const wrong = workloads.flatMap(problemsOf);
  if (wrong.length > 0) return { ok: false, lines: wrong };
  return {
    ok: true,
    lines: [
      'The app is healthy.',
      ...workloads.map(({ name, decisions }) => `${name}: ${decisions[0]?.reasons.at(-1)?.text ?? 'evaluated'}`),
    ],
  };
}

/** What keeps a workload from working, as its last decision says; none where it does. */
function problemsOf({ name, lastEvaluation, silent, decisions: [last] }: Workload): string[] {
  if (lastEvaluation === undefined || !last)
    return [`Not evaluated yet: ${name}. A role may still be propagating, which takes up to ten minutes.`];
  if (silent) return [`Not evaluated since ${lastEvaluation}: ${name}. The query "Failures" of the workbook says why.`];
  const failing = last.reasons.filter(({ code }) => FAILING.has(code));
  const refused = last.actions.flatMap(({ kind, on, problem }) => (problem ? [`${kind} ${on}: ${problem}`] : []));
  return [
    ...failing.map(({ text, advice }) => `${name} was evaluated and fails: ${text}${advice ? ` ${advice}` : ''}`),
    ...refused.map((each) => `${name} was evaluated and Azure refused ${each}`),
  ];
}
