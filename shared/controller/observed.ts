import { AzureFailure } from '../ports/errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { Observed } from './plan-types.ts';

/** A failure Azure gave is a reading too; anything else is a fault of ours and is thrown. */
export async function observed<T>({ clock }: Pick<Ports, 'clock'>, reading: Promise<T>): Promise<Observed<T>> {
  try {
    return { status: 'read', value: await reading, at: clock.now() };
  } catch (error) {
    if (error instanceof AzureFailure) return { status: 'failed', failure: error.failure };
    throw error;
  }
}
