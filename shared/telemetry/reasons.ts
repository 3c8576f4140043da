// Every reason a decision can give: a code, a sentence with its numbers, and what a user can do about it. The same
// reasons reach the log, the history, the status view and the demo.

export interface Reason {
  code: ReasonCode;
  values: Record<string, string | number>;
}

interface Template {
  /** `{name}` is replaced by the value of that name. */
  sentence: string;
  advice?: string;
}

export const REASONS = {
  'no-signal': {
    sentence: 'No queue, signal, log query or alert tells the load; the burst stays at its minimum of {min} groups.',
    advice: 'Set SPILLWAY_QUEUE, or send metric alerts to the metricAlert function.',
  },
  'queue-read': {
    sentence: 'Queue {queue} holds {active} messages ({age} s old reading), changing by {growth} a second.',
  },
  'queue-stale': {
    sentence: 'Queue {queue} could not be read freshly ({problem}); capacity is held at {held} replicas.',
    advice: 'Check that the identity may read the queue (Azure Service Bus Data Owner on the namespace).',
  },
  'zero-suspicious': {
    sentence:
      'Queue {queue} reads 0 messages, which a throttled namespace also says; until another source confirms it, {held} replicas stay wanted.',
  },
  'log-demand': { sentence: 'The log query asks for {replicas} replicas.' },
  'log-failed': { sentence: 'The log query failed ({problem}); its last answer is not used to scale in.' },
  demand: {
    sentence:
      'About {arrivals} messages a second arrive, which keeps {load} replicas busy, give or take {deviation} (estimated over {seconds} s from busy replicas at {rate} messages a second and growth; now {busy} busy, growth {growth} a second); {backlog} messages wait.',
  },
  wanted: {
    sentence:
      'When a replica asked for now begins, a message would wait {ahead} s (allowed {allowed} s of the target of {wait} s), so {need} replicas are needed at once; {keep} may stay: {wanted} are wanted.',
  },
  'pool-ready': {
    sentence:
      'Standby pool {pool} has {running} groups ready, less {taken} asked for a moment ago; they serve in {usual} s ({slow} s when slow), others in {others} s. The next {ready} replicas would come from pools.',
  },
  'pool-unread': {
    sentence: 'Standby pool {pool} {problem}: none of its groups counts as ready, and nothing waits for them.',
    advice: 'Check its resource id, its health, and that the identity may read its runtime view: docs/placement.md.',
  },
  'pool-first': {
    sentence:
      'With {ready} replicas of standby pools asked for now, a message would wait {ahead} s when others begin (allowed {allowed} s), {how}: {need} replicas are needed at once, not {without}.',
  },
  'pool-stands-by': {
    sentence:
      '{of} replicas are to stand by for bursts that return; {ready} are ready in standby pools, so that {left} more do.',
  },
  forecast: {
    sentence:
      'By {by} the load will be {load} replicas in {lead} s ({low} to {high}, nine times in ten), when one asked for now serves; it was usually off by {error}, and that nothing changes by {stays}: {how}.',
    advice: 'SPILLWAY_FORECAST switches this off, or lets it only say so.',
  },
  raced: {
    sentence:
      'Half of all starts take longer than {usual} s, and by then messages are late: {race} more are started than are needed, and those that are beaten go again.',
  },
  'burst-survived': {
    sentence:
      '{waits} replica-seconds of work wait; with {have} replicas the last {bursts} bursts let at most {allowed} wait, a fifth more included, and nobody was late: nothing is started for it.',
  },
  'kept-for-return': {
    sentence:
      '{replicas} replicas stay for {hold} s after a burst ({idle} s have passed): gaps between bursts of their size were {gaps} s, and one that finds them is worth {worth} s of waiting.',
    advice: 'SPILLWAY_RETURN_WORTH_SECONDS says what it is worth; 0 keeps none.',
  },
  'burst-expected': {
    sentence:
      'Bursts of their size came {gaps} s after one another and the last ended {idle} s ago: from {from} to {to} s after it {replicas} replicas {how}.',
    advice: 'SPILLWAY_FORECAST switches this off, or lets it only say so.',
  },
  'zero-delay': { sentence: 'No message for {idle} s: {wanted} replicas are wanted.' },
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
      '{signal}: what arrives keeps {load} replicas busy, give or take {deviation} (over {seconds} s); fewer than {wanted} would have to come back.',
  },
  'rule-queue': {
    sentence:
      '{signal}: about {arrivals} messages a second arrive, which keeps {load} replicas busy, give or take {deviation} (over {seconds} s); {backlog} wait, {oldest}. When a replica asked for now begins, in {begins} s with {serving} serving and {starting} starting, a message would wait {ahead} s (allowed {allowed} s of {target} s, because {why}): {least} needed, {wanted} asked for.',
  },
  'rule-inactive': {
    sentence: '{signal} at {value} is not above {activation}, which a first replica needs: none is started for it.',
  },
  'rule-step': {
    sentence: '{signal} at {value} {crossed}: from {from} to {wanted}; the next step is possible in {coolDown} s.',
  },
  'rule-step-kept': { sentence: '{signal} at {value} keeps {wanted} replicas: {why}.' },
  'rule-window': { sentence: 'Signal {signal} ({kind}) asks for {asked}.' },
  'signals-combined': { sentence: 'Combined by {how}, {parts} ask for {wanted} replicas.' },
  'combined-kept': { sentence: 'The {have} replicas that are there stay: together, all would keep up to {most}.' },
  'last-wish': { sentence: 'What was wanted last, {held}, stays wanted: {why}.' },
  'last-stays': {
    sentence: 'Rules have asked for none for {idle} s: the last replica stays for now.',
    advice: 'SPILLWAY_SCALE_TO_ZERO_DELAY_SECONDS says for how long.',
  },
  'formula-failed': {
    sentence: 'The formula that combines signals fails ({problem}); the largest of them, {wanted} replicas, is wanted.',
  },
  hint: {
    sentence:
      'A hint ({id}) expects {load} {unit}, {when}; it counts from {lead} s before on and for {left} s more, and asks for {wanted}{how}.',
  },
  'rate-learned': {
    sentence:
      'A replica works off {rate} messages a second, learned from {minutes} minutes of metrics, which were off it by {error} % lately (setting: {setting}).',
  },
  alert: {
    sentence: 'Alert {rule} ({severity}) fired {age} s ago and adds {groups} groups until it resolves or expires.',
  },
  stabilised: {
    sentence: 'Load asks for {now} replicas, but {held} were wanted within the last {window} s, so {held} are kept.',
  },
  'pace-out': { sentence: '{wanted} replicas are wanted; {most} for now, because {why}.' },
  'pace-in': { sentence: '{wanted} replicas are wanted; {least} stay for now, because {why}.' },
  'at-maximum': {
    sentence: '{wanted} burst groups are wanted; the maximum is {max}.',
    advice: 'Raise SPILLWAY_BURST_MAX_GROUPS if the backlog must go faster.',
  },
  'at-minimum': { sentence: '{wanted} burst groups are wanted; the minimum is {min}.' },
  'at-change-limit': { sentence: '{wanted} changes are due; at most {max} are made per evaluation, the rest follows.' },
  'spend-limit': {
    sentence:
      '{wanted} groups would exceed the spend limit of {limit} USD per {period} ({spent} spent, {rate} an hour running): {allowed} may run, {effect}.',
    advice: 'Raise SPILLWAY_SPEND_LIMIT_USD_PER_HOUR, _PER_DAY or _PER_MONTH, whichever it is.',
  },
  'burst-not-helping': {
    sentence:
      'More replicas do not help, by {by}: with {to} at work for {minutes} minutes instead of {from}, {after} messages a second were done instead of {before}, and {lettersAfter} % became dead letters instead of {lettersBefore} %. At most {held} are wanted for {seconds} s more (hold {times}), then {next} are tried.',
    advice:
      'Look for what the replicas share: a database, a limit of a service they call, the number of sessions of the queue.',
  },
  'burst-tried': {
    sentence:
      'More replicas did not help {times} times; up to {most} are tried now, for {seconds} s unless that is answered before.',
  },
  'spend-unknown': {
    sentence:
      'What was spent cannot be read ({problem}); the day and the month count as spent in proportion, burst is held.',
    advice: 'Check the storage account and the rights on its blob containers.',
  },
  'leaving-bills': {
    sentence: '{waiting} groups wait until groups that leave are gone, because those may bill until then.',
  },
  split: {
    sentence: '{wanted} replicas are wanted: the base serves {base}, {burst} go to burst.',
  },
  'base-split': {
    sentence:
      'For {wanted} replicas the scale set should have {to} instances, not {from}: the other way has cost up to {cents} cents more, a change costs {change} (an hour of an instance {machine} cents, of container groups instead {groups}).',
  },
  'base-steady': {
    sentence:
      'For {wanted} replicas the scale set should have {to} instances, not {from}: what it would serve was wanted for {minutes} minutes on end (an hour of an instance {machine} cents, of container groups instead {groups}).',
  },
  'base-at-maximum': {
    sentence:
      'What container groups cannot carry would take {wanted} instances of the scale set; the maximum is {max}.',
    advice: 'Raise SPILLWAY_BASE_MAX_INSTANCES, or SPILLWAY_BURST_MAX_GROUPS.',
  },
  'base-grow': { sentence: 'The scale set grows from {from} to {to} instances.' },
  'base-shrink': { sentence: 'Instance {instances} goes.' },
  'base-kept': {
    sentence: '{surplus} instances are not worth their price, but stay until container groups serve in their place.',
  },
  'base-busy': { sentence: 'The scale set is {state}; it is left alone until that has ended.' },
  'base-observed': { sentence: 'The scale set serves {serving} replicas; its mode is {mode}, so it is never changed.' },
  'base-unwell': {
    sentence:
      'Of {instances} instances of the scale set some do not serve ({lost}); burst covers what they would carry.',
  },
  'base-unread': {
    sentence:
      'The scale set could not be read ({problem}); it counts as serving {serving} replicas, is not changed, and burst is not scaled in.',
  },
  'base-autoscale': {
    sentence: 'Azure autoscale setting {setting} targets the scale set, so Spillway does not manage it.',
    advice: 'Disable that setting, or set SPILLWAY_BASE_MODE to observe.',
  },
  quota: {
    sentence: '{location} can take {room} more groups ({used} of {limit} {what} used); {moved} go elsewhere or wait.',
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
  'rule-broken': { sentence: '{count} groups break the soft rule "{rule}", because no other place had room.' },
  'rule-held': {
    sentence: '{count} groups wait: the places with room would break the hard rule "{rule}".',
    advice: 'Declare more places for the workload, or make the rule soft.',
  },
  'smaller-size': { sentence: '{count} groups are smaller than declared: no place takes the larger size ({place}).' },
  'delete-budget': {
    sentence: '{location} takes {room} more deletes now; {waiting} groups wait, those that may bill go first.',
  },
  'pool-taken': {
    sentence: '{count} groups in {home} wait: other workloads have reserved what is left there.',
    advice: 'Raise SPILLWAY_PRIORITY of the workload that matters more, or the quota.',
  },
  'sent-elsewhere': { sentence: '{count} groups were refused ({code}) and go elsewhere at once.' },
  'location-closed': {
    sentence: '{location} refused with {code} ({failures} times) and is left alone for {seconds} s more.',
  },
  'place-lost': {
    sentence: '{location} lost {count} groups within {seconds} s: replacements go elsewhere until it has recovered.',
  },
  'place-unread': {
    sentence:
      'No group in {location} could be read for {seconds} s: the {count} there count as lost, unless they poll, and are replaced elsewhere.',
  },
  'location-trial': {
    sentence:
      '{location} failed lately ({code}) and is tried again with {allowed} groups at a time; {moved} go elsewhere.',
  },
  'no-location': {
    sentence: '{wanted} groups find no place in {locations}.',
    advice: 'Add a region to SPILLWAY_LOCATIONS or raise the quota.',
  },
  'revision-refused': {
    sentence: 'Azure refused this workload for good: {code}: {message}. It is not tried again until it changes.',
    advice: 'Correct the workload file; the message says what Azure dislikes.',
  },
  'crash-loop': {
    sentence:
      'Replicas of this revision ended young {count} times in a row (last exit code {exit}); {waiting} more wait, at least {seconds} s, while a few try.',
    advice: 'Read the logs of the container; 137 is mostly memory. A new revision starts at once.',
  },
  'rollout-step': {
    sentence:
      'Revision {revision}, step {step} of {steps} ({share} % of the replicas): {serving} of {wanted} replicas serve, {others} groups and instances run another revision.',
  },
  'rollout-bake': {
    sentence:
      'Revision {revision}, step {step} of {steps} ({share} %): {serving} replicas serve; they are watched for {left} s more.',
  },
  'rollout-next': { sentence: 'Revision {revision} did well on {share} % of the replicas and goes on to {next} %.' },
  'rollout-done': { sentence: 'Revision {revision} runs everywhere and did well: it takes the place of {before}.' },
  'rollout-failed': {
    sentence: 'Revision {revision} is rolled back to {good} and not started again: {why}.',
    advice:
      'Correct the workload and declare it anew; POST /api/rollout/{workload} with "resume" tries it once more as it is.',
  },
  'rollout-back': {
    sentence: '{count} groups of revision {revision}, which is not good, give way to revision {good}.',
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
  'rollout-waits': { sentence: '{waiting} groups of the rollout wait: {why}.' },
  'rollout-keeps': {
    sentence: '{count} groups that are to be replaced stay ({names}) until enough others serve.',
  },
  'rollout-unread': {
    sentence: 'The record of revisions could not be read ({problem}): nothing is started, so that no bad revision is.',
    advice: 'Check the storage account and the rights on its blob containers.',
  },
  'rollout-model': { sentence: 'The scale set says from now on that its instances run revision {revision}.' },
  'rollout-base-surge': {
    sentence:
      '{old} of {instances} instances are to be replaced by revision {revision}: the scale set goes from {from} to {to} for it.',
  },
  'rollout-base-drain': {
    sentence: '{old} of {instances} instances are to be replaced by revision {revision}; {names} drain now.',
  },
  'rollout-base-replace': { sentence: 'Instances {names} are drained and go; new ones run revision {revision}.' },
  'rollout-base-wait': {
    sentence: '{old} of {instances} instances are to be replaced by revision {revision} and wait: {why}.',
  },
  'rollout-base-observed': {
    sentence: 'The scale set keeps what it runs: its mode is {mode}, so that it is never changed.',
    advice: 'Upgrade it yourself, or set SPILLWAY_BASE_MODE to manage.',
  },
  'in-flight': { sentence: '{count} requests are in flight ({names}); they count until Azure shows how they ended.' },
  settling: { sentence: 'The outcome of {kind} {name} is unknown; a read by name settles it.' },
  'start-out': { sentence: '{count} groups are started in {location} ({names}).' },
  'none-to-start': {
    sentence: '{wanted} groups are wanted, but only {available} declared groups are stopped and can be started.',
    advice: 'Declare more container groups, or use SPILLWAY_BURST_LIFECYCLE=create-delete.',
  },
  'drain-out': { sentence: '{count} groups are not needed any more and drain ({names}).' },
  'drain-cancelled': { sentence: 'Load came back: {count} groups stop draining and serve again ({names}).' },
  'stray-mark': { sentence: '{count} groups serve but are still marked as draining; the mark is taken off ({names}).' },
  'kept-stopped': {
    sentence:
      '{count} stopped groups bill nothing and are kept to start again, because less than half of the creates of an hour are left ({names}).',
  },
  'one-shot': {
    sentence: '{count} replicas more than wanted run to their end; none is started in their place.',
  },
  draining: { sentence: '{name} is busy and has {seconds} s left to finish.' },
  retire: { sentence: '{name} is taken away: {why}.' },
  'failed-group': { sentence: '{name} is {health} ({detail}) and is replaced.' },
  'held-in': { sentence: 'Nothing is scaled in: {why}.' },
  'service-changed': { sentence: '{sink} is to list {count} replicas: {added} come in, {removed} go out.' },
  'service-leaving': {
    sentence:
      '{count} replicas leave discovery first and drain when no client can hold their address ({ttl} s): {names}.',
  },
  'service-held': {
    sentence: '{count} addresses stay in {sink}: nothing that was read says that they are out of service.',
  },
  'service-subset': { sentence: '{sink} lists {listed} of {members} replicas, because a record set takes no more.' },
  'service-unread': {
    sentence: '{sink} could not be read ({problem}); what it lists stays as it is.',
    advice: 'Check the resource id and that the identity may read and write it.',
  },
  'service-waits': { sentence: '{sink} is not written now: {why}.' },
  'service-failed': {
    sentence: '{sink} could not be written ({code}: {message}); the next evaluation tries again.',
    advice: 'Check that the identity may write the record set (Private DNS Zone Contributor) or the gateway.',
  },
  paused: { sentence: 'Paused ({scope}) by {author} until {until}: {held}.' },
  off: { sentence: 'SPILLWAY_MODE is off: nothing is changed.' },
  'dry-run': {
    sentence: 'Dry run: {count} actions would have been taken ({actions}).',
    advice: 'Set SPILLWAY_MODE to enforce when this looks right.',
  },
  'state-lost': { sentence: 'Planner state was {how}; the plan starts from what Azure shows.' },
  'sweeper-silent': { sentence: 'The sweeper has not run for three of its intervals.' },
  steady: { sentence: 'Nothing to do: {wanted} replicas are wanted and {serving} serve.' },
} as const satisfies Record<string, Template>;

export type ReasonCode = keyof typeof REASONS;

/** Two digits, so that a person can read a number and a state can compare it. */
export const shortly = (value: number): number => Math.round(value * 100) / 100;

/** Makes a reason; its numbers are rounded. */
export function reason(code: ReasonCode, values: Record<string, string | number> = {}): Reason {
  const rounded: Reason['values'] = {};
  for (const key in values) {
    const value = values[key];
    if (value !== undefined) rounded[key] = typeof value === 'number' ? shortly(value) : value;
  }
  return { code, values: rounded };
}

/** Text, name, text, name and so on, for each template that was told: an evaluation tells a dozen of them. */
const parts = new Map<ReasonCode, string[]>();

/** The reason as a sentence. */
export function sentence({ code, values }: Reason): string {
  const split = parts.get(code) ?? REASONS[code].sentence.split(/\{(\w+)\}/);
  parts.set(code, split);
  return split.map((part, index) => (index % 2 === 0 ? part : String(values[part] ?? `{${part}}`))).join('');
}

/** What a user can do about it, where there is something. */
export function advice({ code }: Reason): string | undefined {
  return (REASONS[code] as Template).advice;
}
