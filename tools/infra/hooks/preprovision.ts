// Before a provision: problems that would show half-way, the idle cost, and settings that somebody changed.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { azureArm, deployer } from '../arm.ts';
import { deployedPorts } from '../clients.ts';
import { COSTS_AS_OF, costOptions, idleCost, total } from '../cost.ts';
import { drift, takenOver, type Settings } from '../drift.ts';
import { preflight, type OwnGroups } from '../preflight.ts';
import { agreed, env, say, setVariable, stop } from './azd.ts';

/** Above this, and where they are not known, idle costs are a question. */
const ASK_ABOVE_USD = 50;
/** App settings that are no parameters; the template reads them, too. */
const MORE = join(import.meta.dirname, '../../../infra/more-settings.json');

const arm = azureArm(env);
const ownGroups: OwnGroups = async () =>
  env['AZURE_RESOURCE_GROUP'] ? deployedPorts(env, deployer()).containerGroups.list() : [];
const problems = await preflight(env, arm, ownGroups);
if (problems.length > 0) stop(problems);

const lines = idleCost(costOptions(env));
say(`Idle cost a month (US dollars, prices of ${COSTS_AS_OF}):`);
for (const { what, usdPerMonth } of lines) say(`  ${usdPerMonth?.toFixed(2).padStart(8) ?? '       ?'}  ${what}`);
const unknown = lines.some(({ usdPerMonth }) => usdPerMonth === undefined);
say(`  ${total(lines).toFixed(2).padStart(8)}  in all${unknown ? ', without what is not known' : ''}`);
const ask = (unknown || total(lines) > ASK_ABOVE_USD) && env['SPILLWAY_ACCEPT_COST'] !== 'true';
if (ask && !(await agreed('Deploy at this cost?')))
  stop(['Not deployed. To go on without the question: azd env set SPILLWAY_ACCEPT_COST true']);

const choice = process.argv.includes('--keep')
  ? 'keep'
  : process.argv.includes('--overwrite')
    ? 'overwrite'
    : env['SPILLWAY_DRIFT'];
if (choice !== 'overwrite') {
  const more = JSON.parse(await readFile(MORE, 'utf8')) as Settings;
  const changed = await drift(env, more, arm).catch((error: Error) => stop([error.message]));
  if (changed.length > 0 && choice !== 'keep')
    stop([
      'These deployed settings were changed since the last provision, and this one would change them back:',
      ...changed.map(({ name, deployed, wanted }) => `  ${name}: deployed "${deployed}", wanted "${wanted}"`),
      'Run again with SPILLWAY_DRIFT=keep (takes them over) or SPILLWAY_DRIFT=overwrite.',
    ]);
  await keep(takenOver(changed, more), more);
}

if (!env['SPILLWAY_EXAMPLE_SSH_PUBLIC_KEY']) {
  // Azure wants a key for machines without a password. Its private half is never written down: nobody signs in.
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
  await setVariable('SPILLWAY_EXAMPLE_SSH_PUBLIC_KEY', opensshKey(publicKey));
}

async function keep(taken: ReturnType<typeof takenOver>, before: Settings): Promise<void> {
  for (const [name, value] of Object.entries(taken.variables)) await setVariable(name, value);
  const names = Object.keys(taken.more).filter((name) => taken.more[name] !== before[name]);
  if (names.length === 0) return;
  await writeFile(MORE, `${JSON.stringify(taken.more, null, 2)}\n`);
  say(`Wrote ${names.join(', ')} into infra/more-settings.json.`);
}

function opensshKey(key: KeyObject): string {
  const { n = '', e = '' } = key.export({ format: 'jwk' });
  const part = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  // A leading zero keeps the modulus positive.
  const modulus = Buffer.concat([Buffer.from([0]), Buffer.from(n, 'base64url')]);
  const blob = Buffer.concat([part(Buffer.from('ssh-rsa')), part(Buffer.from(e, 'base64url')), part(modulus)]);
  return `ssh-rsa ${blob.toString('base64')}`;
}
