import type { Action, InFlight } from '../controller/plan-types.ts';

/** The record, written before the request is sent, by which a later evaluation knows that it may have been. */
export function claim(action: Action, now: number): InFlight[] {
  switch (action.kind) {
    case 'create-group':
    case 'start-group':
    case 'stop-group':
    case 'delete-group': {
      const kind = action.kind.slice(0, -'-group'.length) as InFlight['kind'];
      const { name, ordinal, location } = action;
      const { offering, subscription, cores } = action.kind === 'create-group' ? action : {};
      const what = { kind, name, ordinal, location, at: now, outcome: 'claimed' } as const;
      return [{ ...what, offering, subscription, cores }];
    }
    case 'drain-group':
    case 'undrain-group':
    case 'grow-base':
    case 'shrink-base':
    case 'tag-base':
      return [];
  }
}
