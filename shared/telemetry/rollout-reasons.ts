// The reasons of the closed list in reasons.ts that rollouts give.

import type { Template } from './wording.ts';

export const ROLLOUT_REASONS = {
  'rollout-step': {
    sentence:
      'Revision {revision}, step {step} of {steps} ({share} % of the replicas): {serving} of {wanted replica serves|replicas serve}, {others group or instance runs|groups and instances run} another revision.',
  },
  'rollout-bake': {
    sentence:
      'Revision {revision}, step {step} of {steps} ({share} %): {serving replica serves|replicas serve}, watched for {left} s more.',
  },
  'rollout-next': { sentence: 'Revision {revision} did well on {share} % of the replicas and goes on to {next} %.' },
  'rollout-done': { sentence: 'Revision {revision} runs everywhere and did well: it takes the place of {before}.' },
  'rollout-failed': {
    sentence: 'Revision {revision} is rolled back to {good} and not started again: {why}.',
    advice:
      'Correct the workload and declare it anew; POST /api/rollout/{workload} with "resume" tries it once more as it is.',
  },
  'rollout-back': {
    sentence: 'Revision {revision} is not good: {count group gives|groups give} way to revision {good}.',
  },
  'rollout-quarantined': {
    sentence: 'The declared revision {revision} is not started, because {why}; {good} runs on.',
    advice: 'Correct the workload and declare it anew, or send "resume" to POST /api/rollout/{workload}.',
  },
  'rollout-paused': {
    sentence: 'Revision {revision} stays at step {step} of {steps} ({share} %): paused by {author}.',
    advice: 'Send "resume" to POST /api/rollout/{workload}.',
  },
  'rollout-held': { sentence: 'Revision {revision} stays at step {step} of {steps} ({share} %): {why}.' },
  'rollout-approval': {
    sentence:
      'Revision {revision} did well on {share} % of the replicas and waits for approval (step {step} of {steps}).',
    advice: 'Send "approve" to POST /api/rollout/{workload}.',
  },
  'rollout-waits': { sentence: '{waiting group of the rollout waits|groups of the rollout wait}: {why}.' },
  'rollout-keeps': {
    sentence:
      '{count group that is to be replaced stays|groups that are to be replaced stay} ({names}) until enough others serve.',
  },
  'rollout-unread': {
    sentence: 'The record of revisions could not be read ({problem}): nothing is started, so that no bad revision is.',
    advice: 'Check the storage account and the rights on its blob containers.',
  },
  'rollout-model': { sentence: 'The scale set says from now on that its instances run revision {revision}.' },
  'rollout-base-surge': {
    sentence:
      'To be replaced by revision {revision}: {old} of {instances instance}; the scale set goes from {from} to {to} for it.',
  },
  'rollout-base-drain': {
    sentence: 'To be replaced by revision {revision}: {old} of {instances instance}; these drain now: {names}.',
  },
  'rollout-base-replace': { sentence: 'Drained, and go now: {names}; new ones run revision {revision}.' },
  'rollout-base-wait': {
    sentence: 'To be replaced by revision {revision}: {old} of {instances instance}, but not yet: {why}.',
  },
  'rollout-base-observed': {
    sentence: 'The scale set keeps what it runs: its mode is {mode}, so that it is never changed.',
    advice: 'Upgrade it yourself, or set SPILLWAY_BASE_MODE to manage.',
  },
} as const satisfies Record<string, Template>;
