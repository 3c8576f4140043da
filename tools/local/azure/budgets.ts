// Request limits: Resource Manager's token buckets, and the create and delete budgets of Container Instances.

import { type Clock } from '../clock.ts';
import { tooMany } from './arm.ts';

export type BucketKind = 'reads' | 'writes' | 'deletes';

// Documented since 2024 per subscription, principal, region and kind of operation. The local world has one principal
// and one front end, so one set of buckets per subscription.
const buckets = {
  reads: { size: 250, perSecond: 25 },
  writes: { size: 200, perSecond: 10 },
  deletes: { size: 200, perSecond: 10 },
} as const;

/** Token buckets by subscription and kind. */
export class TokenBuckets {
  #clock: Clock;
  #levels = new Map<string, { tokens: number; at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one token and returns what is left as headers; throws 429 with Retry-After when there is none. */
  take(subscription: string, kind: BucketKind): Record<string, string> {
    const { size, perSecond } = buckets[kind];
    const now = this.#clock.now();
    const name = `${subscription}/${kind}`;
    const level = this.#levels.get(name) ?? { tokens: size, at: now };
    level.tokens = Math.min(size, level.tokens + ((now - level.at) / 1000) * perSecond);
    level.at = now;
    this.#levels.set(name, level);
    if (level.tokens < 1) {
      const seconds = Math.max(1, Math.ceil((1 - level.tokens) / perSecond));
      throw tooMany(
        `Number of '${kind}' requests for subscription '${subscription}' exceeded. ` +
          `Please try again after '${seconds}' seconds after additional tokens are available.`,
        seconds,
      );
    }
    level.tokens -= 1;
    return { [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(Math.floor(level.tokens)) };
  }
}

const windows = [
  { name: 'pt5m', span: 300_000, limit: 100, text: '00:05:00' },
  { name: 'pt1h', span: 3_600_000, limit: 300, text: '01:00:00' },
] as const;

type Counted = 'ContainerGroupCreation' | 'ContainerGroupDeletion';

/** 100 container group creations in 5 minutes and 300 in an hour, deletions apart, per subscription and region. */
export class GroupBudgets {
  #clock: Clock;
  #uses = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts requests that others in the subscription made at a moment (epoch ms). */
  usedByOthers(scope: string, action: Counted, count: number, at: number): void {
    const name = `${scope}/${action}`;
    this.#uses.set(name, [...Array<number>(count).fill(at), ...(this.#uses.get(name) ?? [])]);
  }

  /** Counts one request; returns the headers with what is left; throws 429 when a window is full. */
  take(scope: string, action: Counted): Record<string, string> {
    const now = this.#clock.now();
    const name = `${scope}/${action}`;
    const uses = (this.#uses.get(name) ?? []).filter((time) => time > now - 3_600_000);
    this.#uses.set(name, uses);
    const headers: Record<string, string> = {};
    for (const { name, span, limit, text } of windows) {
      const inside = uses.filter((time) => time > now - span);
      if (inside.length >= limit) {
        const wait = ((inside[0] ?? now) + span - now) / 1000;
        throw tooMany(
          `Number of requests for action '${action}' exceeded the limit of '${limit}' for time interval '${text}'. ` +
            `Please try again after '${(wait / 60).toFixed(2)}' minutes.`,
          wait,
        );
      }
      headers[`x-ms-ratelimit-remaining-subscription-resource-requests-${name}`] = String(limit - inside.length - 1);
    }
    uses.push(now);
    return headers;
  }
}
