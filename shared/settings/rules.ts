// Rules between values. Each looks at a draft that may lack what could not be read; a rule about such a value is silent,
// because the missing value has a problem of its own.

import type { Problem } from '../workload/problem.ts';
import { shown } from '../workload/problem.ts';
import { discoveryNeedsProbe } from './discovery-rules.ts';
import type { Draft } from './draft.ts';
import { GROUP_RULES } from './group-rules.ts';
import { PLACEMENT_RULES } from './placement-rules.ts';
import type { Env } from './read.ts';
import { imageFitsTag, rolloutCanMove } from './rollout-rules.ts';
import { reading } from './spec-parts.ts';
import { SPEC_RULES } from './spec-rules.ts';
import { signalProblems } from './signal-rules.ts';

type Rule = (draft: Draft, env: Env) => Problem[];

/** Everything within one workload that does not fit together. */
export const workloadRules: Rule = (draft, env) => RULES.flatMap((rule) => rule(draft, env));

const nameOf = (draft: Draft, path: string): string => draft.readings.get(path)?.name ?? path;

/** The lower bound must not be above the upper one; the one to blame is the one that was set. */
function inOrder(draft: Draft, low: string, high: string): Problem[] {
  const [least, most] = [draft.readings.get(low)?.value, draft.readings.get(high)?.value];
  if (typeof least !== 'number' || typeof most !== 'number' || least <= most) return [];
  const [from, to] = [nameOf(draft, low), nameOf(draft, high)];
  return draft.readings.get(low)?.source === 'default'
    ? [{ path: to, value: `${most}`, message: `is below ${from}, which is ${least}`, allowed: `at least ${from}` }]
    : [{ path: from, value: `${least}`, message: `is above ${to}, which is ${most}`, allowed: `at most ${to}` }];
}

const groupBounds: Rule = (draft) => inOrder(draft, 'burst.minGroups', 'burst.maxGroups');

// Nobody reads these bounds of a scale set that is only observed, so they stop nothing there.
const instanceBounds: Rule = (draft) =>
  draft.scaling.base?.mode === 'manage' ? inOrder(draft, 'base.minInstances', 'base.maxInstances') : [];

// An own scale set that is empty says "container instances alone" on purpose, and then a general `manage` is no mistake.
const managedNeedsScaleSet: Rule = (draft) => {
  const scaleSet = draft.readings.get('base.scaleSet');
  if (draft.readings.get('base.mode')?.value !== 'manage' || scaleSet?.source !== 'nothing') return [];
  const message = `needs a scale set, and ${scaleSet.name} is empty`;
  return [
    { path: nameOf(draft, 'base.mode'), value: 'manage', message, allowed: 'none or observe without a scale set' },
  ];
};

const logQueryIsWhole: Rule = (draft) => {
  const paths = ['logQuery.workspaceId', 'logQuery.query'];
  if (paths.some((path) => draft.readings.get(path)?.problems)) return [];
  const [missing, ...more] = paths.filter((path) => draft.readings.get(path)?.value === undefined);
  if (missing === undefined || more.length > 0) return [];
  const other = paths.find((path) => path !== missing) ?? '';
  const message = `is empty, and ${nameOf(draft, other)} is not`;
  return [{ path: nameOf(draft, missing), value: undefined, message, allowed: 'both of them, or none' }];
};

const burstNeedsRegion: Rule = (draft) => {
  const { locations, maxGroups } = draft.scaling.burst ?? {};
  if (locations !== undefined || maxGroups === 0 || draft.readings.get('burst.locations')?.problems) return [];
  const message = 'is empty, and SPILLWAY_LOCATION names no region to stand in';
  const allowed = 'a region in one of them, or no container groups at all';
  return [{ path: nameOf(draft, 'burst.locations'), value: undefined, message, allowed }];
};

const registryNeedsIdentity: Rule = ({ file, fields }) =>
  fields.registry === undefined || fields.identity !== undefined
    ? []
    : [
        {
          path: `${file}: registry`,
          value: shown(fields.registry),
          message: 'needs an identity that pulls, and there is none',
          allowed: 'a registry together with the field identity',
        },
      ];

const RULES: Rule[] = [
  ...PLACEMENT_RULES,
  signalProblems,
  groupBounds,
  instanceBounds,
  managedNeedsScaleSet,
  logQueryIsWhole,
  reading(['placement'], burstNeedsRegion),
  reading(['identity'], registryNeedsIdentity),
  ...SPEC_RULES,
  ...GROUP_RULES,
  reading(['probe'], discoveryNeedsProbe),
  imageFitsTag,
  rolloutCanMove,
];

/** Problems between workloads, by draft. All that are involved get one: which of them is right only the user knows. */
export function rulesBetween(drafts: readonly Draft[]): Map<Draft, Problem[]> {
  return new Map(drafts.map((draft) => [draft, [...nameTaken(draft, drafts), ...soleTaken(draft, drafts)]]));
}

function nameTaken(draft: Draft, drafts: readonly Draft[]): Problem[] {
  return drafts
    .filter((other) => other !== draft && draft.fields.name !== undefined && other.fields.name === draft.fields.name)
    .map((other) => ({
      path: `${draft.file}: name`,
      value: draft.name,
      message: `is the name of the workload in ${other.file}, too`,
      allowed: 'a name of its own for each workload',
    }));
}

/** What belongs to one workload, though a general setting gives it to all. */
interface Sole {
  path: string;
  word: string;
  of: (scaling: Draft['scaling']) => string | undefined;
  allowed: string;
}

const SOLE: readonly Sole[] = [
  // Two workloads on one set would each count all of its instances as their own capacity.
  {
    path: 'base.scaleSet',
    word: 'scale set',
    of: ({ base }) => base?.scaleSet,
    allowed: 'one workload for each scale set (an own value that is empty means container instances alone)',
  },
  // Two workloads on one queue would each start replicas for all that waits there.
  {
    path: 'queue',
    word: 'queue',
    of: ({ queue }) => queue && `${queue.namespace}/${queue.queue}`,
    allowed: 'one workload for each queue (an own value that is empty means none; signals may read any queue)',
  },
  // Two workloads on one listing would take each other's replicas out of it.
  {
    path: 'discovery.recordSet',
    word: 'record set',
    of: ({ discovery }) => discovery?.recordSet,
    allowed: 'one workload for each record set',
  },
  {
    path: 'discovery.backendPool',
    word: 'back-end pool',
    of: ({ discovery }) => discovery?.backendPool,
    allowed: 'one workload for each back-end pool',
  },
];

const soleTaken = (draft: Draft, drafts: readonly Draft[]): Problem[] =>
  SOLE.flatMap(({ path, word, of, allowed }) => {
    const own = of(draft.scaling);
    if (own === undefined) return [];
    const sharers = drafts.filter(({ scaling }) => of(scaling)?.toLowerCase() === own.toLowerCase());
    // In one order, so that a general value that all of them share is told once.
    const names = [...new Set(sharers.map(({ name }) => name))].toSorted();
    if (names.length === 1) return [];
    const message = `is the ${word} of ${names.join(' and of ')}`;
    return [{ path: nameOf(draft, path), value: shown(own), message, allowed }];
  });
