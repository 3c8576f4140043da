/** What a table or a wire would give back: another object, without what JSON cannot hold. */
export const jsonCopy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
