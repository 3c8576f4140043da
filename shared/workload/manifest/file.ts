// A manifest as the text of a workload file, ready to be written down.

import { stringify } from 'yaml';
import { parseWorkloadFile } from '../parse-file.ts';
import type { Problem } from '../problem.ts';
import { secretUses } from '../secret-settings.ts';
import { importManifest } from './import.ts';

/** `text` is worth something without problems alone. What was left out or changed stands in comments at its head. */
export function importedFile(manifest: string): { text: string; problems: Problem[] } {
  const { name, fields, problems, notes } = importManifest(manifest);
  const body = stringify({ ...(name !== undefined && { name }), ...fields }, { lineWidth: 0 });
  if (problems.length > 0) return { text: body, problems };
  const file = parseWorkloadFile({ file: 'workload', text: body });
  const settings = [...new Set(secretUses(file.fields).map(({ setting }) => setting))];
  const comments = [
    ...notes.map(({ path, message }) => `${path} ${message}`),
    ...(settings.length > 0
      ? [`app settings to set, each a secret or a Key Vault reference: ${settings.join(', ')}`]
      : []),
  ];
  return { text: comments.map((comment) => `# ${comment}\n`).join('') + body, problems: file.problems };
}
