// Which actions go first when not all fit: what adds capacity, then what ends a bill, then the rest.

import type { Action } from './plan-types.ts';

const ORDER: Action['kind'][] = [
  'undrain-group',
  'start-group',
  'create-group',
  'grow-base',
  'tag-base',
  'stop-group',
  'delete-group',
  'drain-group',
  'shrink-base',
];

/** Most urgent first; equals keep their order. */
export const byUrgency = (actions: Action[]): Action[] =>
  actions.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
