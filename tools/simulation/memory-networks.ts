import { AzureNetworks } from '../../shared/azure/networks.ts';
import type { Networks } from '../../shared/ports/networks.ts';
import type { AzureModel } from '../local/azure/azure.ts';

/** Networks of a model of Azure: the adapter itself, on a wire that ends in the model. */
export function memoryNetworks(model: Pick<AzureModel, 'handle'>): Networks {
  const arm: ConstructorParameters<typeof AzureNetworks>[0] = {
    sendRequest: async (request) => {
      const url = new URL(request.url);
      const answer = model.handle({
        method: request.method,
        path: url.pathname,
        query: url.searchParams,
        headers: { authorization: 'Bearer simulation' },
        body: undefined,
      });
      if (answer.dropped)
        throw Object.assign(new Error('The connection ended before an answer came.'), { code: 'ECONNRESET' });
      return {
        request,
        status: answer.status,
        headers: request.headers,
        bodyAsText: JSON.stringify(answer.body ?? null),
      };
    },
  };
  return new AzureNetworks(arm, 'https://model');
}
