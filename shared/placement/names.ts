// Names of container groups derive from deployment, workload, region, revision and ordinal, so that whoever makes one
// twice finds the first, and two deployments in one resource group never meet. The region is part of the name because
// Azure treats one name in many regions as fraud.

import { oncePerWorkload } from '../workload/once.ts';
import type { Workload } from '../workload/workload.ts';

/** How names begin: of every workload, or of one. */
export const beginningOf = (workload?: string): string => (workload === undefined ? 'sw-' : `sw-${workload}-`);

/**
 * At most 62 characters: `sw`, workload (24), location (20), eight digits of owner and revision, ordinal (4). In another
 * subscription than the deployment's the location gives up its end for a mark, by which the group is found again.
 */
export const groupName = (
  ownerId: string,
  workload: Workload,
  location: string,
  ordinal: number,
  subscription?: string,
): string => {
  const where = subscription === undefined ? location.slice(0, 20) : `${location.slice(0, 13)}-${markOf(subscription)}`;
  return `${beginningOf(workload.name)}${where}-${markOfRevision(ownerId, workload)}-${ordinal}`;
};

const marks = oncePerWorkload(() => new Map<string, string>());

/** The same for all groups of a plan. */
function markOfRevision(ownerId: string, workload: Workload): string {
  const known = marks(workload).get(ownerId);
  if (known !== undefined) return known;
  const mark = fingerprint(`${ownerId}/${workload.revision}`);
  marks(workload).set(ownerId, mark);
  return mark;
}

const MARKED = /-(x[0-9a-f]{5})-[0-9a-f]{8}-\d+$/;

/** The subscription that a group of this name is in: the own one unless the name has a mark; undefined: none of these. */
export function subscriptionOf(name: string, own: string, others: readonly string[]): string | undefined {
  const mark = name.startsWith(beginningOf()) ? MARKED.exec(name)?.[1] : undefined;
  return mark === undefined ? own : others.find((subscription) => markOf(subscription) === mark);
}

const markOf = (subscription: string): string => `x${fingerprint(subscription.toLowerCase()).slice(0, 5)}`;

/** Tells which of these revisions a group of some name has; undefined: none of them. */
export function revisionsByName(ownerId: string, revisions: Iterable<string>): (name: string) => string | undefined {
  const byMark = new Map([...revisions].map((revision) => [fingerprint(`${ownerId}/${revision}`), revision]));
  return (name) => byMark.get(/-([0-9a-f]{8})-\d+$/.exec(name)?.[1] ?? '');
}

/** FNV-1a, 32 bits: tells names apart, protects nothing. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}
