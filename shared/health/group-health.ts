import type { GroupHealth } from '../controller/plan-types.ts';

/** Whether a group in this state may cost money. A failed group may revive; only stopped, ended and gone ones are free. */
export const mayBill = (health: GroupHealth): boolean =>
  health !== 'stopped' && health !== 'ended' && health !== 'gone';
