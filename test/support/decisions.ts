import type { LogLine } from '../../tools/local/host/launch.ts';

/** A line that a function logged: the event and its fields. */
export interface Event {
  event: string;
  [field: string]: unknown;
}

/** The structured lines among those of the host; what the host itself or a client prints is none. */
export const events = (lines: LogLine[]): Event[] =>
  lines.flatMap(({ function: name, message }) =>
    name !== '' && message.startsWith('{"event"') ? [JSON.parse(message) as Event] : [],
  );

export const decisions = (lines: LogLine[]): Event[] => events(lines).filter(({ event }) => event === 'decision');
