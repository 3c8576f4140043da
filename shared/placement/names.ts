// Names of container groups derive from deployment, workload, region, revision and ordinal, so that whoever makes one
// twice finds the first, and two deployments in one resource group never meet. The region is part of the name because
// Azure treats one name in many regions as fraud.

import type { Workload } from '../workload/workload.ts';

/** At most 62 characters: `sw`, workload (24), location (20), eight digits of owner and revision, ordinal (4). */
export const groupName = (ownerId: string, workload: Workload, location: string, ordinal: number): string =>
  `sw-${workload.name}-${location.slice(0, 20)}-${fingerprint(`${ownerId}/${workload.revision}`)}-${ordinal}`;

/** FNV-1a, 32 bits: tells names apart, protects nothing. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}
