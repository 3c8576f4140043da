// The Kubernetes Horizontal Pod Autoscaler, as its controller computes (pkg/controller/podautoscaler, replica_calculator.go
// and horizontal.go) with the defaults of autoscaling/v2:
//
//   sync 15 s; tolerance 0.1 both ways; scale up: at most the larger of 100 % and 4 pods in 15 s, no window;
//   scale down: 100 % in 15 s, and never below the highest proposal of the last 300 s
//
// https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/

export const SYNC_SECONDS = 15;
export const DOWN_WINDOW_SECONDS = 300;
const TOLERANCE = 0.1;
const UP_PODS = 4;
const UP_FACTOR = 2;

/** The newer test, `1 - tolerance <= ratio <= 1 + tolerance`: a ratio of exactly 1.1 changes nothing. */
const tolerated = (ratio: number): boolean => ratio >= 1 - TOLERANCE && ratio <= 1 + TOLERANCE;

/** A metric shared by all pods, of type AverageValue, as KEDA declares queues. `replicas` as the status has them. */
export function byAverageValue(metric: number, target: number, replicas: number): number {
  if (replicas > 0 && tolerated(metric / (target * replicas))) return replicas;
  return ceil(metric / target);
}

/** A metric of each pod: `ratio` of its mean over the ready ones to the target; those that start count as idle. */
export function byPods(ratio: number, ready: number, starting: number, current: number): number {
  if (ready === 0) return current;
  if (starting === 0 || ratio <= 1) return tolerated(ratio) ? current : ceil(ratio * ready);
  const all = ready + starting;
  const filled = (ratio * ready) / all;
  if (tolerated(filled) || filled < 1) return current;
  return Math.max(current, ceil(filled * all));
}

/** Rounds up, forgiving what binary fractions add. */
const ceil = (value: number): number => Math.ceil(value - 1e-9);

/** The highest of several metrics; one that could not be read forbids to scale down. */
export function combined(proposals: readonly (number | undefined)[], current: number): number {
  const valid = proposals.filter((proposal) => proposal !== undefined);
  if (valid.length === 0) return current;
  const highest = Math.max(...valid);
  return valid.length < proposals.length ? Math.max(highest, current) : highest;
}

/** Without `behavior`: at most twice as many, or four, in one sync. */
export const legacyUpLimit = (current: number): number => Math.max(2 * current, 4);

export interface Bounds {
  least: number;
  most: number;
}

/** The memory of one autoscaler: its proposals of the window and what it changed. */
export class Behavior {
  readonly #downWindow: number;
  #proposals: { at: number; replicas: number }[] = [];
  #events: { at: number; change: number }[] = [];

  constructor(downWindowSeconds: number = DOWN_WINDOW_SECONDS) {
    this.#downWindow = downWindowSeconds;
  }

  /** The replicas to set, by a proposal made at a second. */
  next(proposal: number, current: number, now: number, { least, most }: Bounds): number {
    if (current > most) return most;
    if (current < least) return least;
    this.#proposals = this.#proposals.filter(({ at }) => at > now - this.#downWindow);
    const highest = Math.max(proposal, ...this.#proposals.map(({ replicas }) => replicas));
    this.#proposals.push({ at: now, replicas: proposal });
    const stable = Math.min(Math.max(current, proposal), highest);
    const wanted = stable > current ? Math.min(stable, this.#upLimit(current, now), most) : Math.max(stable, least);
    if (wanted !== current) this.#events.push({ at: now, change: wanted - current });
    return wanted;
  }

  #upLimit(current: number, now: number): number {
    this.#events = this.#events.filter(({ at }) => at > now - SYNC_SECONDS);
    const start = this.#events.reduce((replicas, { change }) => replicas - change, current);
    return Math.max(current, start + UP_PODS, Math.ceil(start * UP_FACTOR));
  }
}
