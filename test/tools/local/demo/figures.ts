import type { Figures } from '../../../../tools/local/demo/record.ts';

/** A run as one hopes for. */
export const goodFigures = (changed: Partial<Figures> = {}): Figures => ({
  secondsToFirstAccepted: 6.1,
  secondsToFirstServing: 24.7,
  peakBurstReplicas: 40,
  peakBaseReplicas: 24,
  peakBacklog: 812,
  lateShare: 0.004,
  longestWaitSeconds: 31,
  costUsd: 0.34,
  costOverAllVm: 0.7,
  costOverAllAci: 1.2,
  groupsCreated: 40,
  groupsCreatedTwice: 0,
  groupsLeftOver: 0,
  groupsByRegion: { westeurope: 40 },
  workCutShort: 0,
  messagesSent: 8200,
  messagesLost: 0,
  simulatedSeconds: 590,
  ...changed,
});
