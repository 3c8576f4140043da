// Rows of the tables of settings, by whom they belong to.

import { text } from '../workload/kinds.ts';
import type { Scaling } from '../workload/workload.ts';
import type { DeploymentSettings, Setting } from './setting.ts';

/** Type of the member of `T` at a path with dots; `never` when there is none, so that a wrong path does not compile. */
type At<T, P extends string> = P extends `${infer Head}.${infer Rest}`
  ? Head extends keyof T
    ? At<NonNullable<T[Head]>, Rest>
    : never
  : P extends keyof T
    ? NonNullable<T[P]>
    : never;

type Row<T> = Omit<Setting<T>, 'name' | 'scope' | 'path'>;

/** Holds for every workload, or with `_FOR_<WORKLOAD>` for one; `path` is where its value goes in Scaling. */
export const perWorkload = <P extends string>(name: string, path: P, row: Row<At<Scaling, P>>): Setting => ({
  name,
  scope: 'workload',
  path,
  ...row,
});

/** Holds for the deployment; `path` is where its value goes in DeploymentSettings. */
export const deployment = <P extends string>(name: string, path: P, row: Row<At<DeploymentSettings, P>>): Setting => ({
  name,
  scope: 'deployment',
  path,
  ...row,
});

/** Read by the Functions host alone, through a binding. */
export const bindingOnly = (name: string, row: Row<string>): Setting => ({ name, scope: 'deployment', ...row });

/** Belongs to Azure, the host or a package, and is only described. */
export const foreign = (name: string, help: string, row: Partial<Row<string>> = {}): Setting => ({
  name,
  scope: 'foreign',
  kind: text('as Azure documents it', /^/),
  help,
  rank: 'advanced',
  ...row,
});
