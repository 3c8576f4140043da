// Takes an alert in: checks it, stores it as a signal, asks for an evaluation. Azure repeats what is answered with 408,
// 429, 503 or 504 and nothing else: what can never work is answered with 400 and a sentence, and a failure of Azure is thrown,
// which becomes 503.

import { parseAlert } from '../signals/common-alert.ts';
import type { Context } from './context.ts';
import { parseJson } from './parse-json.ts';

/** What Azure Monitor sends at most. */
const LARGEST_BYTES = 256 * 1024;

export type AlertAnswer = { status: 200 | 202; message: string } | { status: 400; error: string; problems?: string[] };

export async function takeAlert(context: Context, text: string, named: string | undefined): Promise<AlertAnswer> {
  if (Buffer.byteLength(text) > LARGEST_BYTES) {
    return {
      status: 400,
      error: `The payload is larger than ${LARGEST_BYTES / 1024} KB, the most that Azure Monitor sends.`,
    };
  }
  const body = parseJson(text);
  if (body === undefined) return { status: 400, error: 'The body is not JSON.' };
  const { ports, workloads, log } = context;
  const alert = parseAlert(body, ports.clock.now());
  if (alert.kind === 'test') return { status: 200, message: 'Test notification received; nothing is started.' };
  if (alert.kind === 'invalid') {
    const error = 'This is not the common alert schema of Azure Monitor; enable it in the action group.';
    return { status: 400, error, problems: alert.problems };
  }
  const name = named ?? alert.workload;
  if (!workloads.some((workload) => workload.name === name)) {
    const known = workloads.map((workload) => workload.name).join(', ') || 'none';
    const what = name === undefined ? 'The alert names no workload' : `There is no workload ${name.slice(0, 64)}`;
    return { status: 400, error: `${what}: use ?workload= or a custom property "workload". Workloads: ${known}.` };
  }
  await ports.alerts.put(name ?? '', alert.signal);
  await ports.evaluations.request(name ?? '', 'metric-alert');
  log.info('alert', { workload: name, rule: alert.signal.rule, condition: alert.signal.condition });
  return {
    status: 202,
    message: `Alert ${alert.signal.rule} is ${alert.signal.condition} for ${name}; an evaluation is due.`,
  };
}
