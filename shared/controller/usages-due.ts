// Is the quota of groups to be read now? While something was created since, while it tells which stopped groups stay, and else
// about once a minute.

import { hangsOnQuota } from '../placement/kept.ts';
import type { PlannerState } from './plan-types.ts';

const AGE_MS = 55_000;

export const usagesDue = (state: PlannerState | undefined, now: number): boolean =>
  state === undefined ||
  now - state.usagesAt >= AGE_MS ||
  state.inFlight.some(({ kind }) => kind === 'create') ||
  hangsOnQuota(state);
