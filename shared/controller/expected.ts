import { AzureFailure } from '../ports/errors.ts';
import type { Log } from '../telemetry/log.ts';

/**
 * Runs what a timer does. A failure of Azure is a line in the log, and the timer's next run tries again; an error of our own
 * is thrown, so that the host reports it.
 */
export async function expectingFailures(log: Log, doing: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof AzureFailure)) throw error;
    log.warn('timer-failed', { doing, code: error.failure.code, message: error.message });
  }
}

/** Answers what `run` answers. A failure of Azure is told to whoever asks, who can do more about it than the host. */
export async function orUnavailable<T>(
  run: () => Promise<T>,
): Promise<T | { status: 503; jsonBody: { error: string } }> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AzureFailure)) throw error;
    return { status: 503, jsonBody: { error: error.message } };
  }
}
