import { randomUUID } from 'node:crypto';
import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from '@azure/service-bus';
import { AzureFailure } from '../ports/errors.ts';
import type { Evaluations } from '../ports/evaluations.ts';
import { classify } from './classify.ts';

/** A trigger this old says nothing that a timer has not said since. It counts from when a follow-up is due. */
const TIME_TO_LIVE_MS = 120_000;
/** Follow-ups that are due within the same 5 s are one message: duplicate detection drops the others. */
const GRAIN_MS = 5000;

/** Evaluation requests as messages on a session queue; the session is the workload, so one evaluation runs at a time. */
export class AzureEvaluations implements Evaluations {
  readonly #sender: ServiceBusSender;

  constructor(client: ServiceBusClient, queue: string) {
    this.#sender = client.createSender(queue);
  }

  request(workload: string, trigger: string): Promise<void> {
    return sending(workload, () => this.#sender.sendMessages(message(randomUUID(), { workload, trigger })));
  }

  schedule(workload: string, dueAt: number, attempt: number): Promise<void> {
    const rounded = Math.ceil(dueAt / GRAIN_MS) * GRAIN_MS;
    const followUp = message(`${workload}:${rounded}`, { workload, trigger: 'follow-up', attempt });
    return sending(workload, () => this.#sender.scheduleMessages(followUp, new Date(rounded)));
  }
}

interface Body {
  workload: string;
  trigger: string;
  attempt?: number;
}

const message = (messageId: string, body: Body): ServiceBusMessage => ({
  body,
  contentType: 'application/json',
  messageId,
  sessionId: body.workload,
  timeToLive: TIME_TO_LIVE_MS,
});

async function sending(workload: string, send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    throw new AzureFailure(`Asking for an evaluation of ${workload}`, classify(error, 'write'), error);
  }
}
