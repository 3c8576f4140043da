/**
 * What a table or a wire would give back: another object, without what is undefined. For plain data only. By hand, because
 * it is most of the work of a simulation, and JSON takes three times as long.
 */
export function jsonCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => jsonCopy(item)) as T;
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    const member: unknown = value[key];
    if (member !== undefined) copy[key] = typeof member === 'object' ? jsonCopy(member) : member;
  }
  return copy as T;
}

/** Such a copy that nobody can change, so that it can be given to many readers. What is frozen already is such a copy. */
export function frozenCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  return Object.freeze(
    Array.isArray(value) ? value.map((item: unknown) => frozenCopy(item)) : frozenMembers(value),
  ) as T;
}

function frozenMembers(value: object): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    const member: unknown = value[key as keyof typeof value];
    if (member !== undefined) copy[key] = typeof member === 'object' ? frozenCopy(member) : member;
  }
  return copy;
}
