import { AzureFailure, type WriteOutcome } from '../ports/errors.ts';
import { budgetsOf, headersOf } from './budgets.ts';
import { classify } from './classify.ts';

/** Runs a read; whatever goes wrong becomes an AzureFailure that says what was being done. */
export async function reading<T>(doing: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AzureFailure) throw error;
    throw new AzureFailure(doing, classify(error, 'read'), error);
  }
}

/** Runs a write and says what became of it; never throws. */
export async function writing(write: () => Promise<unknown>): Promise<WriteOutcome> {
  try {
    const budgets = budgetsOf(headersOf(await write()));
    return { status: 'accepted', ...(budgets && { budgets }) };
  } catch (error) {
    // An AzureFailure was thrown on this side, before anything was sent, and is classified already.
    const failure = error instanceof AzureFailure ? error.failure : classify(error, 'write');
    const budgets = budgetsOf(headersOf(error));
    return { status: 'failed', failure, ...(budgets && { budgets }) };
  }
}
