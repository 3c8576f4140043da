// Before a provision: problems that would show half-way, the idle cost, and settings that somebody changed.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { azureArm } from '../arm.ts';
import { COSTS_AS_OF, costOptions, idleCost, total } from '../cost.ts';
import { drift } from '../drift.ts';
import { preflight } from '../preflight.ts';
import { agreed, env, say, setVariable, stop } from './azd.ts';

/** Above this, idle costs are a question. */
const ASK_ABOVE_USD = 50;

const arm = azureArm(env);
const problems = await preflight(env, arm);
if (problems.length > 0) stop(problems);

const lines = idleCost(costOptions(env));
say(`Idle cost a month (US dollars, prices of ${COSTS_AS_OF}):`);
for (const { what, usdPerMonth } of lines) say(`  ${usdPerMonth.toFixed(2).padStart(8)}  ${what}`);
say(`  ${total(lines).toFixed(2).padStart(8)}  in all`);
if (total(lines) > ASK_ABOVE_USD && env['SPILLWAY_ACCEPT_COST'] !== 'true' && !(await agreed('Deploy at this cost?')))
  stop(['Not deployed. To go on without the question: azd env set SPILLWAY_ACCEPT_COST true']);

const choice = process.argv.includes('--keep')
  ? 'keep'
  : process.argv.includes('--overwrite')
    ? 'overwrite'
    : env['SPILLWAY_DRIFT'];
const changed = await drift(env, arm);
if (changed.length > 0 && choice === 'keep')
  for (const { name, deployed } of changed) await setVariable(name, deployed);
else if (changed.length > 0 && choice !== 'overwrite')
  stop([
    'These deployed settings differ from what this provision would set:',
    ...changed.map(({ name, deployed, wanted }) => `  ${name}: deployed "${deployed}", wanted "${wanted}"`),
    'Run again with SPILLWAY_DRIFT=keep (takes them over) or SPILLWAY_DRIFT=overwrite.',
  ]);

if (!env['SPILLWAY_EXAMPLE_SSH_PUBLIC_KEY']) {
  // Azure wants a key for machines without a password. Its private half is never written down: nobody signs in.
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
  await setVariable('SPILLWAY_EXAMPLE_SSH_PUBLIC_KEY', opensshKey(publicKey));
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
