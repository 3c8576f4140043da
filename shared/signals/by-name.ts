/** The user gives names: one such as `constructor` must not find what every object has. */
export const byName = <T>(values: Record<string, T> | undefined, name: string): T | undefined =>
  values && Object.hasOwn(values, name) ? values[name] : undefined;
