// Before a provision: problems that would show half-way, the idle cost, and settings that somebody changed.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vaultOf } from '../app-settings.ts';
import { azureArm, deployer } from '../arm.ts';
import { deployedPorts } from '../clients.ts';
import { SECRET } from '../connect-alerts.ts';
import { COSTS_AS_OF, costOptions, idleCost, total } from '../cost.ts';
import { drift, takenOver, type Settings } from '../drift.ts';
import { valueOf } from '../parameters.ts';
import { preflight, type OwnGroups } from '../preflight.ts';
import { settingsIn } from '../settings-file.ts';
import { undeployed } from '../undeployed.ts';
import { agreed, env, say, setVariable, stop } from './azd.ts';

/** Above this, and where they are not known, idle costs are a question. */
const ASK_ABOVE_USD = 50;
/** App settings that are no parameters; the template reads them, too. */
const MORE = join(import.meta.dirname, '../../../infra/more-settings.json');

const arm = azureArm(env);
const ownGroups: OwnGroups = async () =>
  env['AZURE_RESOURCE_GROUP'] ? deployedPorts(env, deployer()).containerGroups.list() : [];
const more = await settingsIn(MORE).catch((error: Error) => stop([error.message]));
for (const line of undeployed(env, more)) say(line);
const problems = await preflight(env, more, arm, ownGroups);
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
  const changed = await drift(env, more, arm).catch((error: Error) => stop([error.message]));
  if (changed.length > 0 && choice !== 'keep')
    stop([
      'These deployed settings were changed since the last provision that is known here, and this one would change them back:',
      ...changed.map(
        ({ name, deployed, wanted, derived }) =>
          `  ${name}: deployed "${deployed}", wanted "${wanted}"${derived ? ' (changed by hand, or by a provision that failed)' : ''}`,
      ),
      'If a workflow or another machine has provisioned since: azd env refresh, and try again. Else SPILLWAY_DRIFT=keep azd provision --no-state takes them over, but for what a provision that failed may have set, and SPILLWAY_DRIFT=overwrite azd provision --no-state does not.',
    ]);
  for (const { name } of changed.filter(({ derived }) => derived)) say(`${name} is set anew: the template makes it.`);
  await keep(takenOver(changed, more), more);
}

// The template reads the address of the alerts in the key vault only where it is there.
const vault = env['SPILLWAY_KEY_VAULT'] && vaultOf(env);
const ready = String(!!vault && (await arm('GET', `${vault}/secrets/${SECRET}`, '2024-11-01')).status === 200);
if (ready !== valueOf(env, 'SPILLWAY_ALERT_SECRET_READY')) await setVariable('SPILLWAY_ALERT_SECRET_READY', ready);

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
