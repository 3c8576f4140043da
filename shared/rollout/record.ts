// What must be known of a workload's revisions beyond the tags in Azure: which one is good, what it runs, which one is on
// its way and how far, and which ones must never run again. It has no secrets: secret variables are names of app settings.
// Kept in another storage service than planner state, because a roll-back rests on it.

import { z } from 'zod';
import { canonicalJson } from '../workload/revision.ts';
import type { Probe, Workload, WorkloadSpec } from '../workload/workload.ts';

export interface RolloutRecord {
  version: 1;
  /** The last good revision. */
  good: string;
  /** False until a replica of it served: a revision that never served is replaced at once, and not rolled back to. */
  proven: boolean;
  /** The good one before it. */
  before?: string | undefined;
  /** What each revision that may be started runs. */
  specs: Record<string, WorkloadSpec>;
  /** How revisions are probed that are not started any more: groups of them may run on. The newest last. */
  probes?: { revision: string; probe: Probe }[] | undefined;
  underway?: Underway | undefined;
  /** Revisions that are not started any more, the newest last. */
  quarantine: Quarantined[];
  paused?: { author: string; at: number } | undefined;
  /** What the model of the scale set said when, oldest first: an instance without a tag runs what was said last before it. */
  models?: { revision: string; from: number }[] | undefined;
}

/** A rollout on its way. Times are epoch ms. */
export interface Underway {
  revision: string;
  startedAt: number;
  /** Index into the steps of the workload's settings. */
  step: number;
  stepAt: number;
  /** Since when the step has all its replicas and they serve. */
  bakeFrom?: number | undefined;
  /** The step that somebody approved. */
  approved?: number | undefined;
  /** Dead letters when the first replica of the step served. */
  deadLetters?: number | undefined;
  /** Whether a replica served in this step. */
  served?: boolean | undefined;
  /** Since when replicas of it do not serve and none has come up. */
  unreadySince?: number | undefined;
  /** Replicas of it that served at the last evaluation. */
  serving?: number | undefined;
  /** Times that containers of the revision ended by their own fault. */
  crashes: number;
  /** Restarts by group, or container of a group of several (`group/container`), as last seen, so that each counts once. */
  restarts: Record<string, number>;
  /** Groups that failed by their own fault, each counted once. */
  failed?: string[] | undefined;
}

export interface Quarantined {
  revision: string;
  at: number;
  why: string;
}

/** Revisions whose quarantine is kept. */
const QUARANTINED_MOST = 20;
const MODELS_MOST = 6;
const PROBES_MOST = 6;

/** The first record of a workload: what is declared is what runs, as far as anyone knows. */
export const firstRecord = ({ revision, spec }: Workload): RolloutRecord => ({
  version: 1,
  good: revision,
  proven: false,
  specs: { [revision]: spec },
  quarantine: [],
});

/** The record with bounded lists, and with the specs only of revisions that may be started. */
export function tidied(record: RolloutRecord): RolloutRecord {
  const { good, before, underway, specs, quarantine, models } = record;
  const wanted = new Set([good, before, underway?.revision]);
  const left = Object.entries(specs).flatMap(([revision, { probe }]) =>
    !wanted.has(revision) && probe ? [{ revision, probe }] : [],
  );
  const probes = [...(record.probes ?? []).filter(({ revision }) => !(revision in specs)), ...left].slice(-PROBES_MOST);
  return {
    ...record,
    specs: Object.fromEntries(Object.entries(specs).filter(([revision]) => wanted.has(revision))),
    quarantine: quarantine.slice(-QUARANTINED_MOST),
    ...(models && { models: models.slice(-MODELS_MOST) }),
    ...(probes.length > 0 && { probes }),
  };
}

export const isQuarantined = ({ quarantine }: RolloutRecord, revision: string): Quarantined | undefined =>
  quarantine.find((entry) => entry.revision === revision);

/** Mostly nothing changed, which the plain text tells at a fifth of the time. */
export const sameRecord = (a: RolloutRecord | undefined, b: RolloutRecord): boolean =>
  a !== undefined && (JSON.stringify(a) === JSON.stringify(b) || canonicalJson(a) === canonicalJson(b));

/** The workload as it was declared in that revision: what runs is of the revision, how it scales is of today. */
export function workloadAt(workload: Workload, record: RolloutRecord | undefined, revision: string): Workload {
  const spec = revision === workload.revision ? undefined : record?.specs[revision];
  return spec ? { ...workload, revision, spec } : workload;
}

const stored = z.looseObject({
  version: z.literal(1),
  good: z.string(),
  proven: z.boolean(),
  before: z.string().optional(),
  specs: z.record(z.string(), z.looseObject({ image: z.string(), cpu: z.number(), memoryInGB: z.number() })),
  underway: z
    .looseObject({
      revision: z.string(),
      startedAt: z.number(),
      step: z.number(),
      stepAt: z.number(),
      crashes: z.number(),
      restarts: z.record(z.string(), z.number()),
      failed: z.array(z.string()).optional(),
    })
    .optional(),
  quarantine: z.array(z.object({ revision: z.string(), at: z.number(), why: z.string() })),
});

/** A stored record; undefined when it cannot be read. */
export function readRecord(json: string): RolloutRecord | undefined {
  try {
    // Specs were valid when they were stored, and their revisions are hashes of them.
    return stored.safeParse(JSON.parse(json)).data as RolloutRecord | undefined;
  } catch {
    return undefined;
  }
}
