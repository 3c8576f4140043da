/** The JSON of a request's body; undefined when it is none, which no schema of ours allows. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
