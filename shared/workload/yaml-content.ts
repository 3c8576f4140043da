// The plain data of YAML, or why there is none. Messages never quote the source, which may hold a secret.

import { LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';

type Content = { value: unknown } | { problem: string };

/** Of a text that is one document. The problem continues its path. */
export function readYaml(text: string): Content {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines });
  const [error] = document.errors;
  if (error === undefined) return contentOf(document);
  const { line, col } = lines.linePos(error.pos[0]);
  const kind = error.code.toLowerCase().replaceAll('_', ' ');
  return { problem: `is not valid YAML: ${kind} at line ${line}, column ${col}` };
}

/** Of one document without errors. */
export function contentOf(document: Document): Content {
  try {
    const value: unknown = document.toJS();
    let named = false;
    // Fails where a map is inside itself.
    JSON.stringify(value, (key, each: unknown) => {
      named ||= key === '__proto__';
      return each;
    });
    return named ? { problem: 'has a member of the name __proto__, which no map can have' } : { value };
  } catch {
    return { problem: 'has an alias that leads nowhere, to itself or to too much' };
  }
}
