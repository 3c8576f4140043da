import { readFile } from 'node:fs/promises';
import { TableServiceClient } from '@azure/data-tables';
import { identityHeader, token } from '../../tools/local/azure/identity.ts';
import type { Stack } from '../../tools/local/stack.ts';

/** Deletes every table of the stack's storage account, as an operator might; returns their names. */
export async function wipeTables({ env, clock }: Stack): Promise<string[]> {
  // For this client alone: authorities of several stacks have one name, and a process that trusts them all confuses them.
  const tlsOptions = { ca: await readFile(env['NODE_EXTRA_CA_CERTS'] ?? '', 'utf8') };
  const address = env['AzureWebJobsStorage__tableServiceUri'] ?? '';
  const service = new TableServiceClient(address, anyone(clock.now()), { tlsOptions });
  const names: string[] = [];
  for await (const { name } of service.listTables()) if (name !== undefined) names.push(name);
  await Promise.all(names.map((name) => service.deleteTable(name)));
  return names;
}

/** A credential with a token of the local identity endpoint, without the endpoint: clients keep its address for good. */
function anyone(now: number) {
  const answer = token(
    {
      method: 'GET',
      path: '/msi/token',
      query: new URLSearchParams({ resource: 'https://storage.azure.com' }),
      headers: { 'x-identity-header': identityHeader },
      body: undefined,
    },
    now,
  );
  const { access_token } = answer.body as { access_token: string };
  return { getToken: async () => ({ token: access_token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
}
