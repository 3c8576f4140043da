import { TAGS } from '../placement/tags.ts';
import type { Instance, ScaleSet } from '../ports/scale-sets.ts';
import type { RolloutRecord } from './record.ts';

/**
 * What an instance runs: by its tag, which it has from the scale set of the time when it was made. Without a tag: what the
 * model said last before it was made; before any model said something, what was good first.
 */
export function instanceRevision(
  { tags, createdAt }: Pick<Instance, 'tags' | 'createdAt'>,
  { models = [], good }: Pick<RolloutRecord, 'models' | 'good'>,
): string {
  const tag = tags?.[TAGS.revision];
  if (tag !== undefined) return tag;
  const model = models.findLast(({ from }) => from <= (createdAt ?? 0)) ?? models[0];
  return model?.revision ?? good;
}

/** What instances made from now on run. */
export const modelRevision = (set: Pick<ScaleSet, 'tags'>, { models = [], good }: RolloutRecord): string =>
  set.tags?.[TAGS.revision] ?? models.at(-1)?.revision ?? good;
