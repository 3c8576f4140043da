// What do windows that are open now allow? The highest of their minimums, then the lowest of their maximums, of the whole
// workload. A hint goes beyond a maximum, what an alert adds does not.

import type { NamedSignal } from '../signals/believed.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { counted } from '../telemetry/wording.ts';
import type { RuleDeclaration } from '../workload/rules.ts';

type Bounds = Pick<NonNullable<RuleDeclaration['window']>, 'minimum' | 'maximum'>;
export type OpenWindow = Bounds & Pick<NamedSignal, 'name' | 'kind'>;

export const openWindows = (rules: RuleDeclaration[], signals: NamedSignal[]): OpenWindow[] =>
  rules.flatMap(({ window, signal }) => {
    const { name, kind, value = 0 } = signals.find((one) => one.name === signal) ?? {};
    return window && name !== undefined && kind && value > 0 ? [{ ...window, name, kind }] : [];
  });

export function withinWindows(wanted: number, open: OpenWindow[]): { wanted: number; reasons: Reason[] } {
  const reasons: Reason[] = [];
  let result = wanted;
  for (const key of ['minimum', 'maximum'] as const) {
    for (const window of open) {
      const bound = window[key];
      if (bound === undefined) continue;
      const next = key === 'minimum' ? Math.max(result, bound) : Math.min(result, bound);
      if (next !== result) reasons.push(bounded(window, key, result, next));
      result = next;
    }
  }
  return { wanted: result, reasons };
}

/** The window with the lowest maximum. */
export const lowestMaximum = (open: OpenWindow[]): OpenWindow | undefined =>
  open.filter(({ maximum }) => maximum !== undefined).toSorted((a, b) => (a.maximum ?? 0) - (b.maximum ?? 0))[0];

/** Why fewer than `asked`, with what alerts add to the replicas that are `wanted` without them. */
export function alertsWithin(window: OpenWindow | undefined, wanted: number, asked: number): Reason[] {
  const most = Math.max(wanted, window?.maximum ?? Infinity);
  return window && asked > most ? [bounded(window, 'maximum', asked, most)] : [];
}

function bounded(window: OpenWindow, key: keyof Bounds, before: number, wanted: number): Reason {
  const { name: signal, kind } = window;
  const bound = key === 'minimum' ? 'at least' : 'at most';
  const asked = `${bound} ${counted(window[key] ?? 0, 'replica')} now: ${wanted}, not ${before}`;
  return reason('rule-window', { signal, kind, asked });
}
