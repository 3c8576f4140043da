// What do windows that are open now allow? The highest of their minimums, then the lowest of their maximums, of the whole
// workload. A hint goes beyond a maximum, what an alert adds does not.

import type { NamedSignal } from '../signals/believed.ts';
import { fallbackOf } from '../signals/named.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { asksForReplicas, type RuleDeclaration } from '../workload/rules.ts';
import type { Scaling } from '../workload/workload.ts';

type Bounds = Pick<NonNullable<RuleDeclaration['window']>, 'minimum' | 'maximum'>;
export type OpenWindow = Bounds & Pick<NamedSignal, 'name' | 'kind'>;

/** A signal that is not known opens nothing: its fallback, where there is one, is the least until it is. */
export const openWindows = (
  { rules = [], signals: declared }: Pick<Scaling, 'rules' | 'signals'>,
  signals: NamedSignal[],
): OpenWindow[] =>
  rules.flatMap((rule) => {
    const named = signals.find(({ name }) => name === rule.signal);
    if (!rule.window || !named) return [];
    const { name, kind, value } = named;
    if (value !== undefined) return value > 0 ? [{ ...rule.window, name, kind }] : [];
    const minimum = asksForReplicas(rule) ? undefined : fallbackOf(declared, name);
    return minimum === undefined ? [] : [{ minimum, name, kind }];
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
  const how = key === 'minimum' ? 'at least' : 'at most';
  return reason('rule-window-bound', { signal, kind, how, bound: window[key] ?? 0, wanted, before });
}
