// A workload's containers with the paths to them, and rules that speak of paths below a file.

import type { WorkloadFile } from '../workload/fields.ts';
import type { Problem } from '../workload/problem.ts';
import type { Draft } from './draft.ts';
import type { Env } from './read.ts';

export type Rule = (draft: Draft, env: Env) => Problem[];
type Fields = Partial<WorkloadFile>;

/** A container of a replica, with the path to it; the main one stands at the first level. */
interface Placed {
  path: string;
  container: Omit<NonNullable<Fields['containers']>[number], 'image'>;
}

/** The main container and those beside it. */
export const running = ({ cpu = 0, memoryInGB = 0, containers = [], ...fields }: Fields): Placed[] => [
  { path: '', container: { ...fields, cpu, memoryInGB, name: 'main' } },
  ...containers.map((container, index) => ({ path: `containers.${index}.`, container })),
];

/** Those that run before. */
export const initial = ({ initContainers = [] }: Fields): Placed[] =>
  initContainers.map((container, index) => ({
    path: `initContainers.${index}.`,
    container: { cpu: 0, memoryInGB: 0, ...container },
  }));

/** A rule whose paths are below the workload file. */
export const within =
  (judge: (fields: Fields, draft: Draft) => Problem[]): Rule =>
  (draft) =>
    judge(draft.fields, draft).map((problem) => Object.assign(problem, { path: `${draft.file}: ${problem.path}` }));

/** A rule that would hold against others what these fields do not say: not while they cannot be read. */
export const reading =
  (fields: readonly (keyof WorkloadFile)[], rule: Rule): Rule =>
  (draft, env) =>
    fields.some((field) => draft.unread.has(field)) ? [] : rule(draft, env);
