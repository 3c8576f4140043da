import { ComputeManagementClient } from '@azure/arm-compute';
import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { expect, it } from 'vitest';
import { AzureScaleSets } from '../../../shared/azure/scale-sets.ts';

const GROUP = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute';
const MORE = 'https://azure/more';

const machine = (number: number): object => ({ name: `web_${number}`, instanceId: String(number), properties: {} });

/** The set and two pages of its machines; a page that is `refused` is throttled. */
function setsOf(orchestrationMode: string, refused: (url: string) => boolean) {
  const httpClient: HttpClient = {
    async sendRequest(request) {
      const { url } = request;
      const list = { value: [machine(0)], nextLink: MORE };
      const whole = { name: 'web', sku: { capacity: 2 }, properties: { orchestrationMode } };
      const found = /irtualMachines\?/.test(url) ? list : whole;
      const [status, body] = refused(url)
        ? [429, { error: { code: 'TooManyRequests', message: 'wait' } }]
        : [200, url.startsWith(MORE) ? { value: [machine(1)] } : found];
      const headers = createHttpHeaders({ 'retry-after': '7', 'content-type': 'application/json' });
      return { request, status, headers, bodyAsText: JSON.stringify(body) };
    },
  };
  const credential = { getToken: async () => ({ token: 't', expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const options = { endpoint: 'https://azure', httpClient, retryOptions: { maxRetries: 0 } };
  const compute = () => new ComputeManagementClient(credential, 's', options);
  const arm = { sendRequest: (): never => expect.fail('no settings are read') };
  return new AzureScaleSets({ compute, arm, armEndpoint: 'https://azure' });
}

it.each(['Uniform', 'Flexible'])(
  'a %s set has the machines of all pages, and says how many those are',
  async (mode) => {
    const set = await setsOf(mode, () => false).read(`${GROUP}/virtualMachineScaleSets/web`);
    expect(set.instances.map(({ id }) => id)).toEqual(mode === 'Uniform' ? ['0', '1'] : ['web_0', 'web_1']);
    expect(set.pages).toBe(2);
  },
);

it('a set whose second page is throttled is not read, and says when to come back', async () => {
  const sets = setsOf('Uniform', (url) => url.startsWith(MORE));
  await expect(sets.read(`${GROUP}/virtualMachineScaleSets/web`)).rejects.toMatchObject({
    failure: { class: 'wait', code: 'TooManyRequests', status: 429, retryAfterMs: 7000 },
  });
});
