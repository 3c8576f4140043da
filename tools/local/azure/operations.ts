// Long-running operations: what the Azure-AsyncOperation and Location URLs of an accepted request answer.

import { type Clock } from '../clock.ts';
import { type Random } from '../random.ts';
import { type ArmAnswer, ArmError, guid, iso } from './arm.ts';

/** How far an operation is. Container Instances says Pending, Creating, ...; Compute says InProgress. */
export interface Operation {
  readonly id: string;
  status: string;
  endTime?: number;
}

interface Entry {
  operation: Operation;
  startTime: number;
  /** Fields a provider adds to its status document. */
  extra: () => object;
}

export class Operations {
  #entries = new Map<string, Entry>();
  #clock: Clock;
  #random: Random;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  start(status: string, extra: () => object = () => ({})): Operation {
    const operation: Operation = { id: guid(this.#random), status };
    this.#entries.set(operation.id, { operation, startTime: this.#clock.now(), extra });
    return operation;
  }

  finish(operation: Operation, status: 'Succeeded' | 'Failed' | 'Canceled' = 'Succeeded'): void {
    if (operation.endTime !== undefined) return;
    operation.status = status;
    operation.endTime = this.#clock.now();
  }

  /** Answers a status URL; with `monitor` (the Location form) 202 while it runs, then 200 without a body. */
  get(id: string, monitor = false): ArmAnswer {
    const entry = this.#entries.get(id);
    if (!entry) throw new ArmError(404, 'NotFound', `The operation '${id}' was not found.`);
    const { status, endTime } = entry.operation;
    if (monitor) return { status: endTime === undefined ? 202 : 200, headers: {} };
    const end = endTime === undefined ? {} : { endTime: iso(endTime) };
    return { status: 200, headers: {}, body: { startTime: iso(entry.startTime), ...end, status, ...entry.extra() } };
  }
}

/**
 * The path of a status URL; the shell puts the origin of the request before it. Container Instances sends its own old
 * api-version whatever the request asked for.
 */
export function operationPath(subscription: string, provider: string, location: string, operation: Operation): string {
  const version = provider === 'Microsoft.ContainerInstance' ? '2018-06-01' : '2024-11-01';
  const base = `/subscriptions/${subscription}/providers/${provider}/locations/${location}/operations`;
  return `${base}/${operation.id}?api-version=${version}`;
}
