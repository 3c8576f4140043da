// What becomes of a field of a Kubernetes manifest: it is mapped to a field of the workload, refused with a reason, or left
// out with a note because it does not change what runs. The importer walks a manifest by these tables, so that nothing is
// dropped silently, and docs/manifests.md is made from them.

/** What a value must be. */
export type Shape = 'text' | 'texts' | 'number' | 'flag' | 'map' | 'scalar' | 'quantity';

export interface Support {
  /** What it becomes. */
  to?: string;
  /** Why it cannot be. */
  refused?: string;
  /** Values of a refused field that say what holds in any case. */
  except?: readonly unknown[];
  /** Why it is left out; shown as a note. */
  left?: string;
  shape?: Shape;
  /** It must be there. */
  required?: true;
  /** The members of a map, or of each element of a list. */
  fields?: Fields;
  list?: true;
}

export type Fields = Readonly<Record<string, Support>>;

/** A field that becomes `to`. */
export const to = (field: string, shape: Shape): Support => ({ to: field, shape });

export const refused = (reason: string, ...except: unknown[]): Support => ({ refused: reason, except });

export const left = (reason: string): Support => ({ left: reason });

export const map = (fields: Fields): Support => ({ fields });

export const list = (fields: Fields): Support => ({ fields, list: true });

/** The same, where it must be there. */
export const must = (support: Support): Support => ({ ...support, required: true });
