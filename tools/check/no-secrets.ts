// node tools/check/no-secrets.ts FILE: fails when a log holds a key, a token or a connection string; CI looks at the whole log
// of the demo. What was found is not printed.

import { readFile } from 'node:fs/promises';
import { secretsIn } from '../infra/cross-checks.ts';

const [file = ''] = process.argv.slice(2);
const text = await readFile(file, 'utf8');
const found = secretsIn(text).length;
process.stdout.write(`${text.split('\n').length} lines of ${file}: ${found} look like a secret.\n`);
if (found > 0 || text.trim() === '') process.exitCode = 1;
