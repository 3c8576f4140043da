import type { Evaluations } from '../../shared/ports/evaluations.ts';
import type { Message } from '../local/servicebus/message.ts';
import type { Queue } from '../local/servicebus/queue.ts';

/** As the deployed queue is: one session per workload, and duplicates dropped within a minute. */
export const EVALUATIONS_QUEUE = {
  name: 'evaluations',
  requiresSession: true,
  duplicateDetectionWindow: 60_000,
  lockDuration: 60_000,
};

/** What a message in the evaluations queue says. */
export interface EvaluationBody {
  workload: string;
  trigger: string;
  attempt: number;
}

/** A trigger this old says nothing that a timer has not said since. */
const TIME_TO_LIVE_MS = 120_000;
/** Follow-ups that are due within the same 5 s are one message. */
const GRAIN_MS = 5000;

/** Evaluations as messages of a queue model, with the ids and times that the deployed ones have. */
export function memoryEvaluations(queue: Queue): Evaluations {
  return {
    async request(workload, trigger) {
      // The count of what came in before makes each id new, also after a restart of the controller.
      queue.send(message({ workload, trigger, attempt: 0 }, `request:${queue.totals.incoming}`));
    },
    async schedule(workload, dueAt, attempt) {
      const rounded = Math.ceil(dueAt / GRAIN_MS) * GRAIN_MS;
      queue.schedule(message({ workload, trigger: 'follow-up', attempt }, `${workload}:${rounded}`), rounded);
    },
  };
}

const message = (body: EvaluationBody, messageId: string): Message => ({
  body,
  messageId,
  sessionId: body.workload,
  timeToLive: TIME_TO_LIVE_MS,
});
