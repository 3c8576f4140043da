// Which alerts count now? A fired alert adds capacity until it resolves or expires; it never takes any away.

import type { AlertSignal } from '../ports/stores.ts';

/** How long a fired alert counts without being told again. */
export const ALERT_EXPIRY_MS = 30 * 60_000;

export const activeAlerts = (alerts: AlertSignal[], now: number): AlertSignal[] =>
  alerts.filter((alert) => alert.condition === 'fired' && alert.expiresAt > now);
