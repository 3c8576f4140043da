// Every reason a decision can give: a code, a sentence with its numbers, and what a user can do about it. The same
// reasons reach the log, the history, the status view and the demo.

import { ROLLOUT_REASONS } from './rollout-reasons.ts';
import { worded, type Template } from './wording.ts';

export interface Reason {
  code: ReasonCode;
  values: Record<string, string | number>;
}

export const REASONS = {
  'no-signal': {
    sentence: 'No queue, signal, log query or alert tells the load; the burst stays at its minimum of {min group}.',
    advice: 'Set SPILLWAY_QUEUE, or send metric alerts to the metricAlert function.',
  },
  'queue-read': {
    sentence: 'Queue {queue} holds {active message} ({age} s old reading), changing by {growth} a second.',
  },
  'queue-stale': {
    sentence:
      'Queue {queue} could not be read freshly ({problem}); what was wanted last, {held replica} before limits, stays wanted.',
    advice: 'Check that the identity may read the queue (Azure Service Bus Data Owner on the namespace).',
  },
  'minutes-unread': {
    sentence:
      'The minute metrics of queue {queue} could not be read for {minutes minute} ({problem}): what a replica works off is not learned from them, and a burst that does not help is not noticed.',
    advice:
      'The identity needs Monitoring Reader on the subscription of the namespace, whose region SPILLWAY_SERVICEBUS_LOCATION must name.',
  },
  'zero-suspicious': {
    sentence:
      'Queue {queue} reads 0 messages, which a throttled namespace also says; until another source confirms it, {held replica stays|replicas stay} wanted.',
  },
  'log-demand': { sentence: 'The log query asks for {replicas replica}.' },
  'log-failed': { sentence: 'The log query failed ({problem}); its last answer is not used to scale in.' },
  demand: {
    sentence:
      'About {arrivals message a second arrives|messages a second arrive}, which keeps {load replica} busy, give or take {deviation} (estimated over {seconds} s from busy replicas at {rate message} a second and growth; now {busy} busy, growth {growth} a second); {backlog message waits|messages wait}.',
  },
  'load-fell': {
    sentence:
      'In the last {minutes minute} {lately message a minute|messages a minute} arrived, and {before} in all over which {from replica is|replicas are} averaged: the load is as much lower.',
  },
  wanted: {
    sentence:
      'When a replica asked for now begins, in {begins} s with {serving} serving and {starting} starting, a message would wait {ahead} s (allowed {allowed} s of the target of {wait} s, because {why}), so {need replica is|replicas are} needed at once, at least {low} for this load, and {keep} may stay: {wanted is|are} wanted.',
  },
  'starts-left': {
    sentence:
      '{starting replica starts|replicas start}, and half of those that took as long serve in {least} to {most} s (all starts, with those that were taken away: {usual} s, {slow} s when slow).',
  },
  'pool-ready': {
    sentence:
      'Standby pool {pool} has {running group} ready, less {taken} asked for a moment ago; they serve in {usual} s ({slow} s when slow), others in {others} s. The next {ready replica} would come from pools.',
  },
  'pool-unread': {
    sentence: 'Standby pool {pool} {problem}: none of its groups counts as ready, and nothing waits for them.',
    advice: 'Check its resource id, its health, and that the identity may read its runtime view: docs/placement.md.',
  },
  'pool-first': {
    sentence:
      'With {ready replica} of standby pools asked for now, a message would wait {ahead} s when others begin (allowed {allowed} s), {how}: {need replica is|replicas are} needed at once, not {without}.',
  },
  'pool-stands-by': {
    sentence:
      '{of replica is|replicas are} to stand by for bursts that return; {ready is|are} ready in standby pools, so that {left more does|more do}.',
  },
  forecast: {
    sentence:
      'By {by} the load will be {load replica} in {lead} s ({low} to {high}, nine times in ten), when one asked for now serves; it was usually off by {error}; "nothing changes" was off by {stays}: {how}.',
    advice: 'SPILLWAY_FORECAST switches this off, or lets it only say so.',
  },
  raced: {
    sentence:
      'Half of all starts take longer than {usual} s, and by then messages are late: {race more is|more are} started than are needed, for {share} % of those that are missing (twice the share by which the wait is above the target), and those that are beaten go again.',
  },
  'raced-first': {
    sentence:
      'Nobody serves or starts, and one start in ten takes longer than {slow} s, with a target of {target} s: {race more is|more are} started than are needed, and those that are beaten go again.',
  },
  'burst-survived': {
    sentence:
      'By the next look {waits replica-second of work waits|replica-seconds of work wait}; with {have replica} the last {bursts burst|bursts} let at most {allowed} wait, a fifth more included, and nobody was late: nothing is started for it.',
  },
  'kept-for-return': {
    sentence:
      '{replicas replica stays|replicas stay} for {hold} s after a burst ({idle} s have passed): gaps between bursts of their size {gaps}, and one that finds them is worth {worth} s of waiting.',
    advice: 'SPILLWAY_RETURN_WORTH_SECONDS says what it is worth; 0 keeps none.',
  },
  'burst-expected': {
    sentence:
      'Gaps between bursts of their size {gaps} and the last one ended {idle} s ago: from {from} to {to} s after it {replicas replica is|replicas are} {how}.',
    advice: 'SPILLWAY_FORECAST switches this off, or lets it only say so.',
  },
  'zero-delay': { sentence: 'No message for {idle} s, and the last replica waits {delay} s: {effect}.' },
  'signal-read': { sentence: 'Signal {signal} ({kind}) reads {value} ({age} s old).' },
  'signal-held': {
    sentence:
      'Signal {signal} ({kind}): {problem}; its reading of {value}, {age} s old, counts until it is {stale} s old, and nothing is scaled in.',
  },
  'signal-zero': {
    sentence:
      'Signal {signal} ({kind}): {problem}; the {value} read before counts until zero has stood for {stands} s ({seconds} s so far), and nothing is scaled in.',
  },
  'signal-lost': {
    sentence: 'Signal {signal} ({kind}) is not known ({problem}): {effect}.',
    advice: 'Check that the identity may read the source, or give the signal a fallback: docs/signals.md.',
  },
  'rule-target': { sentence: '{signal} at {value}, with a target of {target} {per}, {means}: it asks for {wanted}.' },
  'rule-carried': {
    sentence:
      '{signal}: what arrives keeps {load replica} busy, give or take {deviation} (over {seconds} s); fewer than {wanted} would have to come back.',
  },
  'rule-queue': {
    sentence:
      '{signal}: about {arrivals message a second arrives|messages a second arrive}, which keeps {load replica} busy, give or take {deviation} (over {seconds} s); {backlog waits|wait}, {oldest}. When a replica asked for now begins, in {begins} s with {serving} serving and {starting} starting, a message would wait {ahead} s (allowed {allowed} s of {target} s, because {why}): {least} needed, {wanted} asked for.',
  },
  'rule-inactive': {
    sentence: '{signal} at {value} is not above {activation}, which a first replica needs: none is started for it.',
  },
  'rule-step': {
    sentence: '{signal} at {value} {crossed}: from {from} to {wanted}; the next step is possible in {coolDown} s.',
  },
  'rule-step-kept': { sentence: '{signal} at {value} keeps {wanted replica}: {why}.' },
  'rule-window': { sentence: 'Signal {signal} ({kind}) asks for {wanted replica} now.' },
  'rule-window-bound': {
    sentence: 'Signal {signal} ({kind}) asks for {how} {bound replica} now: {wanted}, not {before}.',
  },
  'signals-combined': { sentence: 'Combined by {how}, {parts} ask for {wanted replica}.' },
  'combined-kept': {
    sentence: 'Of what is there {have replica stays|replicas stay}: together, all would keep up to {most}.',
  },
  'last-wish': { sentence: 'What was wanted last, {held}, stays wanted: {why}.' },
  'last-stays': {
    sentence: 'Nothing has asked for a replica for {idle} s: the last one stays for now.',
    advice: 'SPILLWAY_SCALE_TO_ZERO_DELAY_SECONDS says for how long.',
  },
  'formula-failed': {
    sentence: 'The formula that combines signals fails ({problem}); the largest of them, {wanted replica}, is wanted.',
  },
  hint: {
    sentence:
      'A hint ({id}) expects {expected}, {when}; it counts from {lead} s before on and for {left} s more, and asks for {wanted}{how}.',
  },
  'rate-learned': {
    sentence:
      'A replica works off {rate message} a second, learned from {minutes minute} of metrics, and right to {error} % (setting: {setting}).',
  },
  alert: {
    sentence: 'Alert {rule} ({severity}) fired {age} s ago and adds {groups group} until it resolves or expires.',
  },
  stabilised: {
    sentence:
      'Load asks for {now replica}, but {held was|were} wanted within the last {window} s, so {held is|are} kept.',
  },
  'pace-out': { sentence: '{wanted replica is|replicas are} wanted; {most} for now, because {why}.' },
  'pace-in': { sentence: '{wanted replica is|replicas are} wanted; {least stays|stay} for now, because {why}.' },
  'at-maximum': {
    sentence: '{wanted burst group is|burst groups are} wanted; the maximum is {max}.',
    advice: 'Raise SPILLWAY_BURST_MAX_GROUPS if the backlog must go faster.',
  },
  'at-minimum': { sentence: '{wanted burst group is|burst groups are} wanted; the minimum is {min}.' },
  'at-change-limit': {
    sentence: '{wanted change is|changes are} due; at most {max is|are} made per evaluation, the rest follows.',
  },
  'spend-limit': {
    sentence:
      '{wanted group} would exceed the spend limit of {limit} USD per {period} ({used}): no more than {allowed} may run, {effect}.',
    advice: 'Raise SPILLWAY_SPEND_LIMIT_USD_PER_HOUR, _PER_DAY or _PER_MONTH, whichever it is.',
  },
  'burst-not-helping': {
    sentence:
      'More replicas do not help, by {by}: with {to} at work for {minutes minute} instead of {from}, {after message a second was|messages a second were} done instead of {before}, and {lettersAfter} % became dead letters instead of {lettersBefore} %. At most {held is|are} wanted for the queue and alerts for {seconds} s more (hold {times}), then {next is|are} tried.',
    advice:
      'Look for what the replicas share: a database, a limit of a service they call, the number of sessions of the queue.',
  },
  'burst-tried': {
    sentence:
      'More replicas did not help {often}; up to {most is|are} tried now, for {seconds} s unless that is answered before.',
  },
  'spend-unknown': {
    sentence:
      'What was spent cannot be read ({problem}); the day and the month count as spent in proportion, burst is held.',
    advice: 'Check the storage account and the rights on its blob containers.',
  },
  'leaving-bills': {
    sentence: '{waiting group waits|groups wait} until groups that leave are gone, because those may bill until then.',
  },
  split: {
    sentence: '{wanted replica is|replicas are} wanted: the base serves {base}, {burst goes|go} to burst.',
  },
  'base-split': {
    sentence:
      'For {wanted replica} the scale set should have {to instance}, not {from}: what runs now has cost up to {cents cent} more, a change costs {change} (an hour of an instance {machine} cents, of container groups instead {groups}).',
  },
  'base-steady': {
    sentence:
      'For {wanted replica} the scale set should have {to instance}, not {from}: what it would serve was wanted for {minutes minute} on end (an hour of an instance {machine} cents, of container groups instead {groups}).',
  },
  'base-bound': { sentence: 'The scale set should have {to instance}, not {from}: {why}.' },
  'base-at-maximum': {
    sentence: 'What container groups cannot carry would take {wanted instance} of the scale set; the maximum is {max}.',
    advice: 'Raise SPILLWAY_BASE_MAX_INSTANCES, or SPILLWAY_BURST_MAX_GROUPS.',
  },
  'base-grow': { sentence: 'The scale set grows from {from} to {to instance}.' },
  'base-shrink': {
    sentence: 'The scale set has {surplus instance} too many, which drain ({instances}); drained, and go now: {done}.',
  },
  'base-kept': {
    sentence:
      '{surplus instance is not worth its price, but stays|instances are not worth their price, but stay} until container groups serve in their place.',
  },
  'base-busy': { sentence: 'The scale set is {state}; it is left alone until that has ended.' },
  'base-observed': { sentence: 'The scale set serves {serving replica}; its mode is {mode}, so it is never changed.' },
  'base-unwell': {
    sentence:
      'The scale set has {instances instance}, and not all serve ({lost}); burst covers what those would carry.',
  },
  'base-unread': {
    sentence:
      'The scale set could not be read ({problem}); it counts as serving {serving replica}, {known}, is not changed, and burst is not scaled in.',
  },
  'base-autoscale': {
    sentence: 'Azure autoscale setting {setting} targets the scale set, so Spillway does not manage it.',
    advice: 'Disable that setting, or set SPILLWAY_BASE_MODE to observe.',
  },
  quota: {
    sentence:
      '{location} can take {room more group} ({used} of {limit} {what} used); {moved goes elsewhere or waits|go elsewhere or wait}.',
    advice: 'Ask for more quota of Container Instances in that region, or add one to SPILLWAY_LOCATIONS.',
  },
  preflight: {
    sentence: '{problem}. {fix}. Until then nothing is started in {places}.',
    advice: 'Each of these is looked at again within a minute; rights within ten.',
  },
  'preflight-warning': { sentence: '{problem}. {fix}. Groups are started in {places} all the same.' },
  'offering-score': {
    sentence:
      '{offering} has score {score}, the lowest with room: {preferenceWeight} x preference {preference}, {priceWeight} x price ({usdPerHour} USD an hour), {startWeight} x start ({startSeconds} s), {failuresWeight} x failures ({failures}).',
  },
  'rule-broken': {
    sentence: '{count group breaks|groups break} the soft rule "{rule}", because no other place had room.',
  },
  'rule-held': {
    sentence: '{count group waits|groups wait}: the places with room would break the hard rule "{rule}".',
    advice: 'Declare more places for the workload, or make the rule soft.',
  },
  'smaller-size': {
    sentence: '{count group is|groups are} smaller than declared: no place takes the larger size ({place}).',
  },
  'delete-budget': {
    sentence:
      '{location} takes {room more delete} now; {waiting group waits|groups wait}, those that may bill go first.',
  },
  'pool-taken': {
    sentence: 'In {home} {count group waits|groups wait}: other workloads have reserved what is left there.',
    advice: 'Raise SPILLWAY_PRIORITY of the workload that matters more, or the quota.',
  },
  'sent-elsewhere': { sentence: 'Refused with {code}: {count group goes|groups go} elsewhere at once.' },
  'location-closed': {
    sentence: '{location} failed with {code} and is left alone for {seconds} s more ({failures refusal} in a row).',
  },
  'place-lost': {
    sentence: '{location} lost {count group} within {seconds} s: replacements go elsewhere until it has recovered.',
  },
  'place-unread': {
    sentence:
      'No group in {location} could be read for {seconds} s: the {count} there count as lost, unless they poll, and are replaced elsewhere.',
  },
  'location-trial': {
    sentence:
      '{location} failed lately ({code}) and is tried again with {allowed group} at a time; {moved goes|go} elsewhere.',
  },
  'no-location': {
    sentence: '{wanted group finds|groups find} no place in {locations}.',
    advice: 'Add a region to SPILLWAY_LOCATIONS or raise the quota.',
  },
  'revision-refused': {
    sentence: 'Azure refused this workload for good: {code}: {message}. It is not tried again until it changes.',
    advice: 'Correct the workload file; the message says what Azure dislikes.',
  },
  'crash-loop': {
    sentence:
      'Replicas of this revision ended young {count time} in a row (last exit code {exit}); {waiting more waits|more wait}, at least {seconds} s, while a few try.',
    advice: 'Read the logs of the container; 137 is mostly memory. A new revision starts at once.',
  },
  ...ROLLOUT_REASONS,
  'in-flight': {
    sentence: '{count request is|requests are} in flight ({names}), counted until Azure shows the outcome.',
  },
  settling: { sentence: 'The outcome of {kind} {name} is unknown; a read by name settles it.' },
  'start-out': { sentence: '{count group is|groups are} started in {location} ({names}).' },
  'none-to-start': {
    sentence:
      '{wanted group is|groups are} wanted, but only {available declared group is|declared groups are} stopped and can be started.',
    advice: 'Declare more container groups, or use SPILLWAY_BURST_LIFECYCLE=create-delete.',
  },
  'drain-out': {
    sentence: '{count group is not needed any more and drains|groups are not needed any more and drain} ({names}).',
  },
  'drain-cancelled': {
    sentence: 'Load came back: {count group stops draining and serves|groups stop draining and serve} again ({names}).',
  },
  'stray-mark': {
    sentence:
      '{count group serves but is|groups serve but are} still marked as draining; the mark is taken off ({names}).',
  },
  'kept-stopped': {
    sentence:
      '{count stopped group bills nothing and is|stopped groups bill nothing and are} kept to start again, because many of the creates of five minutes or of an hour are used up ({names}).',
  },
  'one-shot': {
    sentence:
      '{count replica more than wanted runs to its end|replicas more than wanted run to their end}; none is started instead.',
  },
  draining: { sentence: '{name} is busy and has {seconds} s left to finish.' },
  retire: { sentence: '{name} is taken away: {why}.' },
  'probes-unheard': {
    sentence: 'None of {count replica} answered the probe, so it may be Spillway that cannot reach them: they stay.',
    advice: 'Check that the function app has a subnet in the network of the replicas.',
  },
  'failed-group': { sentence: '{name} is {health} ({detail}) and is replaced.' },
  'held-out': { sentence: 'Nothing is started: {why}.' },
  'held-in': { sentence: 'Nothing is scaled in: {why}.' },
  'removal-held': {
    sentence:
      '{count group that is broken or leaves stays|groups that are broken or leave stay} while nothing is taken away ({names}).',
  },
  'service-changed': { sentence: '{sink} is to list {count replica}: {added comes|come} in, {removed goes|go} out.' },
  'service-leaving': {
    sentence:
      '{count replica leaves discovery first and drains|replicas leave discovery first and drain} when no client can hold the address ({ttl} s): {names}.',
  },
  'service-held': {
    sentence: '{count address stays|addresses stay} in {sink}: nothing that was read puts any out of service.',
  },
  'service-subset': { sentence: '{sink} lists {listed} of {members replica}, because a record set takes no more.' },
  'service-unread': {
    sentence: '{sink} could not be read ({problem}); what it lists stays as it is.',
    advice: 'Check the resource id and that the identity may read and write it.',
  },
  'registry-unreadable': {
    sentence:
      'What the registry held cannot be read; it is written anew, with those of whom it is known that they serve.',
  },
  'service-unwatched': {
    sentence:
      'Nothing says whether {count instance of the scale set is|instances of the scale set are} ready, so none of them is listed.',
    advice: 'Give the scale set the Application Health extension.',
  },
  'service-waits': { sentence: '{sink} is not written now: {why}.' },
  'service-failed': {
    sentence: '{sink} could not be written ({code}: {message}); the next evaluation tries again.',
    advice: 'Check that the identity may write the record set (Private DNS Zone Contributor) or the gateway.',
  },
  paused: { sentence: 'Paused ({scope}) by {author} for {minutes more minute}: {held}.' },
  off: { sentence: 'SPILLWAY_MODE is off: nothing is changed.' },
  'dry-run': {
    sentence: 'Dry run: {count action} would have been taken ({actions}).',
    advice: 'Set SPILLWAY_MODE to enforce when this looks right.',
  },
  'state-lost': { sentence: 'Planner state was {how}; the plan starts from what Azure shows.' },
  'sweeper-silent': { sentence: 'The sweeper has not run for three of its intervals.' },
  steady: {
    sentence:
      'Nothing to do: {wanted replica is|replicas are} wanted, {serving serves|serve} and {starting starts|start}.',
  },
} as const satisfies Record<string, Template>;

export type ReasonCode = keyof typeof REASONS;

/** Two digits behind the point, and below 1 three in all: with fewer nobody could work out again what follows from a number. */
export function shortly(value: number): number {
  const size = Math.abs(value);
  if (size >= 1) return Math.round(value * 100) / 100;
  return size < NOTHING ? 0 : Number(value.toPrecision(3));
}

/** What is left where numbers that are equal are taken from each other. */
const NOTHING = 1e-6;

/** Makes a reason; its numbers are rounded. */
export function reason(code: ReasonCode, values: Record<string, string | number> = {}): Reason {
  const rounded: Reason['values'] = {};
  for (const key in values) {
    const value = values[key];
    if (value !== undefined) rounded[key] = typeof value === 'number' ? shortly(value) : value;
  }
  return { code, values: rounded };
}

/** The reason as a sentence. */
export const sentence = ({ code, values }: Reason): string => worded(REASONS[code].sentence, values);

/** What a user can do about it, where there is something. */
export function advice({ code }: Reason): string | undefined {
  return (REASONS[code] as Template).advice;
}
