import type { Action, InFlight, Placed } from '../controller/plan-types.ts';

/** Whether a group bills from then on. */
export const startsGroup = (action: Action): action is Extract<Action, { kind: 'create-group' | 'start-group' }> =>
  action.kind === 'create-group' || action.kind === 'start-group';

/** The same of a request whose answer is not known, or not seen yet. */
export const isStart = ({ kind }: Pick<InFlight, 'kind'>): boolean => kind === 'create' || kind === 'start';

/** The record, written before the request is sent, by which a later evaluation knows that it may have been. */
export function claim(action: Action, now: number): InFlight[] {
  switch (action.kind) {
    case 'create-group':
    case 'start-group':
    case 'stop-group':
    case 'delete-group': {
      const kind = action.kind.slice(0, -'-group'.length) as InFlight['kind'];
      const { name, ordinal, location } = action;
      const { offering, subscription, cores }: Placed = startsGroup(action) ? action : {};
      const what = { kind, name, ordinal, location, at: now, outcome: 'claimed' } as const;
      return [{ ...what, offering: offering === location ? undefined : offering, subscription, cores }];
    }
    case 'drain-group':
    case 'undrain-group':
    case 'grow-base':
    case 'shrink-base':
    case 'tag-base':
      return [];
  }
}
