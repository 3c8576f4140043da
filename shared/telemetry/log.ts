// One structured line per event: JSON that Application Insights keeps as a message and queries can parse.

export interface Log {
  /** `event` is a name from the code, `fields` plain data. */
  info(event: string, fields: Record<string, unknown>): void;
  warn(event: string, fields: Record<string, unknown>): void;
}

/** The part of an invocation context that logs. */
export interface Sink {
  info(...args: unknown[]): void;
  warn(...args: unknown[]): void;
}

export const logOf = (sink: Sink): Log => ({
  info: (event, fields) => sink.info(JSON.stringify({ event, ...fields })),
  warn: (event, fields) => sink.warn(JSON.stringify({ event, ...fields })),
});
