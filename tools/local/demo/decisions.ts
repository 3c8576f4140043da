// What a person wants to know of the host's log: decisions that changed something or tried to, with their reasons, and
// what went wrong. Steady decisions are left out.

import type { LogLine } from '../host/launch.ts';
import { plural } from './words.ts';

export interface DecisionView {
  /** Epoch ms of the simulated clock. */
  at: number;
  /** What was done, as `creates 7 groups, drains 1 group`. */
  headline: string;
  /** Sentences. Those that differ only in names and numbers are told once. */
  reasons: string[];
}

export interface Trouble {
  at: number;
  level: 'warning' | 'error';
  text: string;
}

/** What each kind of action does, to how many of what. */
const DEEDS: Record<string, (count: number) => string> = {
  'create-group': (count) => `creates ${plural(count, 'group')}`,
  'start-group': (count) => `starts ${plural(count, 'group')}`,
  'drain-group': (count) => `drains ${plural(count, 'group')}`,
  'undrain-group': (count) => `keeps ${plural(count, 'group')} that drained`,
  'stop-group': (count) => `stops ${plural(count, 'group')}`,
  'delete-group': (count) => `deletes ${plural(count, 'group')}`,
  'grow-base': () => 'grows the scale set',
  'shrink-base': () => 'shrinks the scale set',
  'tag-base': () => 'tells the scale set what its new instances run',
};

/** The decision in a line of the log, if it is one that did something. */
export function decisionIn(line: LogLine): DecisionView | undefined {
  const event = eventIn(line);
  if (event?.['event'] !== 'decision') return undefined;
  const reasons = folded(texts(event['reasons']));
  const headline = headlineOf(texts(event['actions'])) || milestoneOf(reasons);
  if (headline === '') return undefined;
  return { at: Date.parse(line.time), headline, reasons };
}

/** A warning or an error in a line of the log. */
export function troubleIn(line: LogLine): Trouble | undefined {
  const { level, message, time } = line;
  if (!['warning', 'error', 'critical'].includes(level)) return undefined;
  const { event = message, ...details } = eventIn(line) ?? {};
  const told = Object.entries(details).map(([name, value]) => `${name} ${String(value)}`);
  return {
    at: Date.parse(time),
    level: level === 'warning' ? 'warning' : 'error',
    text: [line.function, String(event), told.join(', ')].filter((part) => part !== '').join(': '),
  };
}

/** `actions` as the log has them: kind, outcome and the code of a failure. Adopted ones were done before. */
function headlineOf(actions: string[]): string {
  const counted = Map.groupBy(actions, (action) => action);
  const parts = [...counted].flatMap(([action, same]) => {
    const [kind = '', outcome, code] = action.split(' ');
    const deed = DEEDS[kind]?.(same.length) ?? `${kind} x ${same.length}`;
    if (outcome === 'accepted') return [deed];
    return outcome === 'failed' ? [`${deed}: refused (${code ?? 'no code'})`] : [];
  });
  return parts.join(', ');
}

/** A decision that moves a rollout on, even one that changes nothing in Azure. */
function milestoneOf(reasons: string[]): string {
  const moves = /did well on .* goes on to|runs everywhere and did well|is rolled back to/;
  return reasons.some((text) => moves.test(text)) ? 'moves the rollout on' : '';
}

function folded(reasons: string[]): string[] {
  const alike = Map.groupBy(reasons, (reason) => reason.replace(/\S*\d\S*/g, '#'));
  return [...alike.values()].map((same) =>
    same.length === 1 ? (same[0] ?? '') : `${same[0]} (${same.length - 1} more like this)`,
  );
}

function eventIn({ message }: LogLine): Record<string, unknown> | undefined {
  if (!message.startsWith('{')) return undefined;
  try {
    return JSON.parse(message) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
