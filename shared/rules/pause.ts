import type { Pause, PauseScope } from '../ports/stores.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';

/** What an operator holds now; a pause ends by itself. */
export const pausedIn = (pause: Pause | undefined, now: number): PauseScope | undefined =>
  pause && pause.until > now ? pause.scope : undefined;

const HELD: Record<PauseScope, string> = {
  all: 'nothing is started and nothing taken away',
  in: 'nothing is taken away',
  out: 'nothing is scaled out',
  drain: 'no container group starts and all of them drain',
};

export function pauseReasons(pause: Pause | undefined, now: number): Reason[] {
  if (!pause || pausedIn(pause, now) === undefined) return [];
  const { scope, author, until } = pause;
  return [reason('paused', { scope, author, minutes: Math.ceil((until - now) / 60_000), held: HELD[scope] })];
}
