import type { Beat, Controls, Drains, Pause } from '../../shared/ports/stores.ts';
import { jsonCopy, type Keep } from './json-copy.ts';

const BEAT_KEPT_MS = 24 * 3_600_000;

/** The small shared records as maps. */
export function memoryControls(keep: Keep = jsonCopy): Controls {
  let paused: Pause | undefined;
  const leases = new Map<string, number>();
  const marks = new Map<string, { at: number; value: unknown }>();
  const beats = new Map<string, Map<string, Beat>>();
  const drains = new Map<string, Drains>();
  return {
    pause: async () => paused && jsonCopy(paused),
    async setPause(pause) {
      paused = pause && jsonCopy(pause);
    },
    async renewLease(workload, at) {
      leases.set(workload, at);
    },
    leases: async () => new Map(leases),
    async setMark(name, at, value) {
      marks.set(name, keep({ at, value: value ?? null }));
    },
    mark: async (name) => marks.get(name),
    async beat(workload, beat) {
      const own = beats.get(workload) ?? new Map<string, Beat>();
      beats.set(workload, own);
      own.set(beat.replica, jsonCopy(beat));
    },
    async beats(workload) {
      const own = [...(beats.get(workload)?.values() ?? [])];
      const newest = Math.max(...own.map(({ at }) => at));
      return own.filter(({ at }) => at >= newest - BEAT_KEPT_MS).map(jsonCopy);
    },
    async lastBeat(workload, replica) {
      const beat = beats.get(workload)?.get(replica);
      return beat && jsonCopy(beat);
    },
    async setDrains(workload, row) {
      drains.set(workload, jsonCopy(row));
    },
    async drains(workload) {
      const row = drains.get(workload);
      return row && jsonCopy(row);
    },
  };
}
