// The life of one container group.
//
//   PUT ─> Pending ─> Creating ──────────────────────────────> Succeeded, Running <─┐
//                     Pulling (billing starts), Pulled, Started  │  │  │  │         │
//            PUT on a live group: Updating, all of it again <────┘  │  │  │         │
//            restart: Updating, Killing, Started, no pull <─────────┘  │  │ ────────┤
//            platform restart: Repairing, all of it again, new IP <────┘  │ ────────┘
//            stop: Succeeded, Stopped (billing ends) <────────────────────┤
//            control: Failed, Failed; may revive as Repairing <───────────┘
//            control: Creating for 30 min, then Failed; or an image that the registry refuses
//            control: a container exits (Running, Terminated) and, where told, starts again after a while; one that is
//            not restarted by its policy ends the group (Succeeded or Failed) and its bill
//            DELETE from anywhere: gone, or Deleting for a while and then gone
//
// All containers of a group share one life. Not modelled: probes, init containers, logs.
// The states of a PUT on a live group and of a start were never seen recorded; they follow the documentation.

import { type Clock, type Time } from '../clock.ts';
import { type Random } from '../random.ts';
import { type ResourceId, idText, iso } from './arm.ts';
import { type GroupBody, resources, withoutSecrets } from './group-body.ts';
import { type Operation, type Operations } from './operations.ts';

/** One stretch of paid time of a group or an instance. Times are simulated milliseconds; no `to` while it lasts. */
export interface BillingRecord {
  id: string;
  tags: Record<string, string>;
  from: Time;
  to?: Time;
  cpu: number;
  memoryInGB: number;
}

/** States of a group whose containers do not run, and which nothing but a request brings back: it bills no more. */
export const RUNS_NO_MORE: ReadonlySet<string> = new Set(['Stopped', 'Succeeded']);

/**
 * Milliseconds from acceptance to running containers: median 30 s and 95th percentile 75 s, with an end to the tail. The demo's
 * assumption, the service states none.
 */
export const drawStart = (random: Random): number => Math.min(110_000, random.logNormal(30_000, 75_000));

/** What a group needs from the world around it. */
export interface GroupHost {
  clock: Clock;
  random: Random;
  operations: Operations;
  loopback: boolean;
  /** Milliseconds until the containers run, drawn for each start. */
  startTime(): number;
  billing: BillingRecord[];
  /** Called after the containers of `group` began or ceased to run. */
  changed(group: ContainerGroup): void;
}

interface ContainerEvent {
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
  name: string;
  message: string;
  type: string;
}

interface ContainerState {
  state: 'Waiting' | 'Running' | 'Terminated';
  startTime?: string;
  finishTime?: string;
  exitCode?: number;
  detailStatus: string;
}

type Provisioning = 'Pending' | 'Creating' | 'Updating' | 'Repairing' | 'Succeeded' | 'Failed' | 'Deleting';

const PROVISIONING_TIMEOUT_MS = 30 * 60_000;

export class ContainerGroup {
  readonly id: ResourceId;
  body: GroupBody;
  provisioning: Provisioning = 'Pending';
  state: 'Pending' | 'Running' | 'Stopped' | 'Succeeded' | 'Failed' = 'Pending';
  #host: GroupHost;
  #current: ContainerState = { state: 'Waiting', detailStatus: '' };
  #previous: ContainerState | undefined;
  #restarts = 0;
  #ending = false;
  #events: ContainerEvent[] = [];
  #ip: string | undefined;
  #operation: Operation | undefined;
  #scheduled: (() => void)[] = [];
  #bill: BillingRecord | undefined;

  constructor(id: ResourceId, body: GroupBody, host: GroupHost) {
    this.id = id;
    this.body = body;
    this.#host = host;
  }

  get running(): boolean {
    return this.#current.state === 'Running';
  }

  /** Whether the platform announced that it ends these containers. */
  get ending(): boolean {
    return this.running && this.#ending;
  }

  /** How often its containers began again, all told. */
  get restarts(): number {
    return this.#restarts;
  }

  get ip(): string | undefined {
    return this.#ip;
  }

  /** While this holds, stop, start, restart and PUT are refused. */
  get transitioning(): boolean {
    return !['Succeeded', 'Failed'].includes(this.provisioning);
  }

  /** A new deployment: image pull, new IP. `working` is the provisioning state it shows once under way. */
  deploy(working: 'Creating' | 'Updating' | 'Repairing', total = this.#host.startTime()): Operation {
    this.#begin(working === 'Creating' ? 'Pending' : working);
    this.#cease({ detailStatus: 'Container replaced' });
    this.#endBill();
    this.state = 'Pending';
    this.#current = { state: 'Waiting', detailStatus: '' };
    const image = this.body.properties.containers[0]?.properties.image ?? '';
    this.#after(0.1 * total, () => this.#show(working));
    this.#after(0.2 * total, () => {
      this.#event('Pulling', `pulling image "${image}"`);
      this.#startBill();
    });
    this.#after(0.6 * total, () => this.#event('Pulled', `Successfully pulled image "${image}"`));
    this.#after(total, () => {
      this.#ip = this.#address();
      this.#run();
    });
    return this.#track();
  }

  restart(): Operation {
    this.#begin('Updating');
    this.#after(2_000, () => {
      this.#kill('', { detailStatus: 'Container restarted per client request' });
      this.#restarts++;
    });
    this.#after(2_000 + 0.3 * this.#host.startTime(), () => {
      this.#startBill();
      this.#run();
    });
    return this.#track();
  }

  stop(): void {
    this.#begin('Succeeded');
    this.state = 'Stopped';
    this.#kill('', { detailStatus: 'Container stopped per client request' });
    this.#endBill();
  }

  /** The group fails now; with `reviveAfter` (ms) it tries again by itself, and bills again. */
  fail(reviveAfter?: number, exitCode = 1): void {
    if (this.provisioning === 'Deleting') return;
    this.#begin('Failed', 'Failed');
    this.state = 'Failed';
    this.#event('Failed', 'Failed to start container', 'Warning');
    this.#cease({ exitCode, detailStatus: 'Error' });
    this.#endBill();
    if (reviveAfter !== undefined) this.#after(reviveAfter, () => void this.deploy('Repairing'));
  }

  /** The image never comes: a group that starts pulls and bills until its provisioning times out. */
  stall(): void {
    if (this.running || !this.transitioning) return;
    for (const cancel of this.#scheduled.splice(0)) cancel();
    if (this.provisioning === 'Pending') this.#show('Creating');
    this.#startBill();
    this.#after(PROVISIONING_TIMEOUT_MS, () => this.fail());
  }

  /** The containers end by themselves; `restartAfter` (ms) begins them again in place. No list shows either. */
  exit(exitCode: number, restartAfter?: number): void {
    if (!this.running) return;
    const { restartPolicy } = this.body.properties;
    const isLast = restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && exitCode === 0);
    if (isLast) {
      this.state = exitCode === 0 ? 'Succeeded' : 'Failed';
      this.#endBill();
    }
    this.#cease({ exitCode, detailStatus: exitCode === 0 ? 'Completed' : 'Error' });
    if (restartAfter === undefined || isLast) return;
    this.#after(restartAfter, () => {
      this.#restarts++;
      this.#run();
    });
  }

  /** The registry refuses the image of a group that starts; `message` is what it says. */
  refuseImage(message: string): void {
    if (this.running || !this.transitioning) return;
    for (const cancel of this.#scheduled.splice(0)) cancel();
    this.#startBill();
    this.#event('Failed', `Failed to pull image: ${message}`, 'Warning');
    this.#after(PROVISIONING_TIMEOUT_MS, () => this.fail());
  }

  /** Maintenance: running containers move to another host and come back with another IP, `grace` ms after the event. */
  relocate(grace = 0): void {
    if (!this.running) return;
    const move = (): void => {
      this.#kill(' (platform initiated)', { exitCode: 7147, detailStatus: 'Container moved by the platform' });
      this.#restarts++;
      this.deploy('Repairing');
    };
    if (grace === 0) return move();
    this.#event('Killing', this.#killing(' (platform initiated)'));
    this.#ending = true;
    this.#after(grace, () => {
      if (this.running) move();
    });
  }

  /** Ends the containers; after `linger` ms the group is gone and `gone` runs. It bills until then. */
  remove(linger: number, gone: () => void): void {
    this.#begin('Deleting');
    this.#cease({ detailStatus: 'Container group deleted' });
    const end = (): void => {
      this.#endBill();
      gone();
    };
    if (linger > 0) this.#after(linger, end);
    else end();
  }

  /** The resource as GET returns it, or as lists do: without instance views. */
  toJson(withView: boolean): Record<string, unknown> {
    const { properties, ...rest } = withoutSecrets(this.body);
    const viewed = (each: (typeof properties.containers)[number]): object => ({
      ...each,
      properties: { ...each.properties, instanceView: this.#containerView() },
    });
    const containers = withView ? properties.containers.map(viewed) : properties.containers;
    const ip = this.#ip === undefined ? {} : { ip: this.#ip };
    return {
      ...rest,
      id: idText(this.id),
      name: this.id.name,
      type: this.id.type,
      properties: {
        ...properties,
        containers,
        ...(properties.ipAddress ? { ipAddress: { ...properties.ipAddress, ...ip } } : {}),
        provisioningState: this.provisioning,
        ...(withView ? { instanceView: { events: [], state: this.state } } : {}),
      },
    };
  }

  #containerView(): object {
    const previous = this.#previous ? { previousState: this.#previous } : {};
    return { restartCount: this.#restarts, currentState: this.#current, ...previous, events: this.#events };
  }

  // Leaves what was under way; its operation ends with `outcome`.
  #begin(provisioning: Provisioning, outcome: 'Canceled' | 'Failed' = 'Canceled'): void {
    for (const cancel of this.#scheduled.splice(0)) cancel();
    if (this.#operation) this.#host.operations.finish(this.#operation, outcome);
    this.#operation = undefined;
    this.provisioning = provisioning;
  }

  #track(): Operation {
    const error = { code: 'ContainerGroupFailed', message: `The container group '${this.id.name}' failed.` };
    const operation = this.#host.operations.start(this.provisioning, () => ({
      id: idText(this.id),
      properties: { events: this.#events },
      ...(operation.status === 'Failed' ? { error } : {}),
    }));
    this.#operation = operation;
    return operation;
  }

  #show(provisioning: Provisioning): void {
    this.provisioning = provisioning;
    if (this.#operation) this.#operation.status = provisioning;
  }

  #run(): void {
    this.#event('Started', 'Started container');
    this.provisioning = 'Succeeded';
    this.state = 'Running';
    this.#ending = false;
    if (this.#current.state === 'Terminated') this.#previous = this.#current;
    this.#current = { state: 'Running', startTime: iso(this.#host.clock.now()), detailStatus: '' };
    if (this.#operation) this.#host.operations.finish(this.#operation);
    this.#operation = undefined;
    this.#host.changed(this);
  }

  #kill(by: string, end: Partial<ContainerState>): void {
    if (!this.running) return;
    this.#event('Killing', this.#killing(by));
    this.#cease(end);
  }

  #killing(by: string): string {
    return `Killing container ${this.body.properties.containers[0]?.name ?? ''}${by}.`;
  }

  #cease(end: Partial<ContainerState>): void {
    if (!this.running) return;
    this.#previous = this.#current;
    this.#current = { state: 'Terminated', finishTime: iso(this.#host.clock.now()), detailStatus: '', ...end };
    this.#host.changed(this);
  }

  #startBill(): void {
    if (this.#bill) return;
    const { tags } = this.body;
    this.#bill = { id: idText(this.id), tags, from: this.#host.clock.now(), ...resources(this.body) };
    this.#host.billing.push(this.#bill);
  }

  #endBill(): void {
    if (this.#bill) this.#bill.to = this.#host.clock.now();
    this.#bill = undefined;
  }

  #event(name: string, message: string, type = 'Normal'): void {
    const now = iso(this.#host.clock.now());
    const known = this.#events.find((event) => event.name === name && event.message === message);
    if (known) Object.assign(known, { count: known.count + 1, lastTimestamp: now });
    else this.#events.push({ count: 1, firstTimestamp: now, lastTimestamp: now, name, message, type });
  }

  #address(): string {
    const first = this.#host.loopback ? 127 : this.body.properties.ipAddress?.type === 'Public' ? 20 : 10;
    const rest = [0, 0, 0].map(() => Math.floor(this.#host.random.next() * 254) + 1);
    return [first, ...rest].join('.');
  }

  #after(milliseconds: number, run: () => void): void {
    this.#scheduled.push(this.#host.clock.at(this.#host.clock.now() + milliseconds, run));
  }
}
