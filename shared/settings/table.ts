// Every app setting, in the order of the docs. Parser, docs, sample settings file and status view derive from this table.

import { ADVANCED_DEPLOYMENT, FOREIGN } from './deployment-table.ts';
import type { Setting } from './setting.ts';
import { ADVANCED_PER_WORKLOAD, FIRST } from './workload-table.ts';

/** Every app setting, first rank first. */
export const SETTINGS: readonly Setting[] = [...FIRST, ...ADVANCED_PER_WORKLOAD, ...ADVANCED_DEPLOYMENT, ...FOREIGN];
