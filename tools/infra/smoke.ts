// Whether a deployment works: the app answers, is healthy, and has evaluated each workload once.

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
  problems: { path: string; message: string }[];
}

interface Status {
  workloads?: { name: string; lastEvaluation?: string; decisions: { reasons: { text: string }[] }[] }[];
}

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
  if (state === 'unhealthy' || health.status !== 200) {
    return {
      ok: false,
      lines: ['The app is unhealthy:', ...problems.map(({ path, message }) => `  ${path} ${message}`)],
    };
  }
  const status = await ask({ url, key, path: 'status' });
  if (typeof status === 'string') return { ok: false, lines: [status] };
  const workloads = (status.body as Status).workloads ?? [];
  if (workloads.length === 0)
    return { ok: false, lines: ['No workload is deployed: is its file in the workloads folder?'] };
  const silent = workloads.filter(({ lastEvaluation }) => lastEvaluation === undefined).map(({ name }) => name);
  if (silent.length > 0)
    return {
      ok: false,
      lines: [
        `Not evaluated yet: ${silent.join(', ')}. A role may still be propagating, which takes up to ten minutes.`,
      ],
    };
  return {
    ok: true,
    lines: [
      `The app is ${state}.`,
      ...workloads.map(({ name, decisions }) => `${name}: ${decisions[0]?.reasons.at(-1)?.text ?? 'evaluated'}`),
    ],
  };
}
