import { createHash } from 'node:crypto';
import type { WorkloadSpec } from './workload.ts';

/** JSON with sorted keys and without undefined members, so that equal data gives equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** The first hexadecimal digits of the SHA-256 of a text. */
export const hashOf = (text: string, digits: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, digits);

/** The revision of a workload: 8 hexadecimal characters that change when what a replica runs changes. */
export const revisionOf = (spec: WorkloadSpec): string => hashOf(canonicalJson(spec), 8);
