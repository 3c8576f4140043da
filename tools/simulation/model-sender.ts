import type { ArmSender } from '../../shared/azure/arm.ts';
import type { AzureModel } from '../local/azure/azure.ts';

/** A wire for adapters that send raw requests without a body, which ends in a model of Azure. */
export const modelSender = (model: Pick<AzureModel, 'handle'>): ArmSender => ({
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
});

/** Where such a wire ends. */
export const MODEL_ENDPOINT = 'https://model';
