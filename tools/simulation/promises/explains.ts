// Promise 7: every action, and every refusal to act, has a reason with its numbers.

import type { Action, Decision } from '../../../shared/controller/plan-types.ts';
import { sentence, type Reason, type ReasonCode } from '../../../shared/telemetry/reasons.ts';
import type { Check, Truth } from './check.ts';

const EXPLAINED_BY: Record<Action['kind'], ReasonCode[]> = {
  'create-group': ['start-out'],
  'start-group': ['start-out'],
  'undrain-group': ['drain-cancelled', 'stray-mark', 'start-out', 'kept-stopped', 'at-change-limit'],
  'drain-group': ['drain-out', 'failed-group'],
  'stop-group': ['retire', 'failed-group'],
  'delete-group': ['retire', 'failed-group'],
  'grow-base': ['base-grow', 'rollout-base-surge'],
  'shrink-base': ['base-shrink', 'rollout-base-replace'],
  'tag-base': ['rollout-model'],
};

/** Each group that leaves has a sentence of its own. */
const NAMED: ReadonlySet<Action['kind']> = new Set(['stop-group', 'delete-group']);

/** What only says how things are; every other reason may say why fewer groups are started than are wanted. */
const NEUTRAL: ReadonlySet<ReasonCode> = new Set([
  'queue-read',
  'demand',
  'rate-learned',
  'log-demand',
  'alert',
  'signal-read',
  'signal-held',
  'signal-zero',
  'rule-target',
  'rule-queue',
  'rule-carried',
  'rule-inactive',
  'rule-step',
  'rule-step-kept',
  'rule-window',
  'rule-window-bound',
  'signals-combined',
  'combined-kept',
  'last-wish',
  'last-stays',
  'hint',
  'stabilised',
  // What is wanted is what the pace has left of it.
  'pace-out',
  'pace-in',
  'split',
  'base-observed',
  'drain-out',
  'retire',
  'failed-group',
  'removal-held',
  'kept-stopped',
  'stray-mark',
  'service-changed',
  'service-held',
  'service-subset',
  'service-unread',
  'service-waits',
  'service-failed',
  'steady',
  'rollout-step',
  'rollout-bake',
]);

export const explains = (truth: Truth): Check => ({
  decided(decision) {
    const problem = unexplained(decision);
    if (problem !== undefined) truth.violate(7, `${decision.workload}: ${problem}`);
  },
});

function unexplained({ results, reasons, figures, mode }: Decision): string | undefined {
  if (reasons.length === 0) return 'a decision without a reason';
  for (const reason of reasons) {
    const text = sentence(reason);
    if (/\{\w+\}|undefined|NaN|Infinity|\[object/.test(text)) return `a reason lacks its numbers: "${text}"`;
  }
  for (const { action } of results) {
    if (!reasons.some((reason) => explainsAction(reason, action)))
      return `no reason for ${action.kind} ${'name' in action ? action.name : ''}`;
  }
  // What bills and does not leave may be in no known state for a while: it is waited for, and not made up for.
  const missing = figures.wanted - figures.baseServing - (figures.burstBilling - figures.burstDraining);
  const starts = results.some(({ action }) => ['create-group', 'start-group', 'undrain-group'].includes(action.kind));
  if (missing > 0 && !starts && mode === 'enforce' && reasons.every(({ code }) => NEUTRAL.has(code)))
    return `${missing} groups are missing, and no reason says why none is started`;
  return undefined;
}

const explainsAction = ({ code, values }: Reason, action: Action): boolean =>
  EXPLAINED_BY[action.kind].includes(code) &&
  (!NAMED.has(action.kind) || !('name' in action) || values['name'] === action.name);
