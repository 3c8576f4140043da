import { describe, expect, it } from 'vitest';
import { HEALTH, replicaState } from '../../../shared/health/replica-state.ts';
import { TIME_BOXES, givenUp } from '../../../shared/health/time-boxes.ts';
import type { ContainerStatus, Group, GroupEvent } from '../../../shared/ports/container-groups.ts';
import { groupOf, NOW } from '../../support/observation-of.ts';

const stateOf = (changes: Partial<Group>) => replicaState(groupOf(1, changes), NOW);

const container = (changes: Partial<ContainerStatus>): Partial<Group> => ({
  containers: [{ name: 'main', state: 'Running', restartCount: 0, ...changes }],
});

const eventsOf = (...events: [name: string, message: string][]): GroupEvent[] =>
  events.map(([name, message], index) => ({ name, message, at: NOW - 60_000 + index * 1_000 }));

const pulling: [string, string] = ['Pulling', 'pulling image "contoso.azurecr.io/orders:1"'];
const pulled: [string, string] = ['Pulled', 'Successfully pulled image "contoso.azurecr.io/orders:1"'];
const backOff: [string, string] = ['BackOff', 'Back-off pulling image "contoso.azurecr.io/orders:1"'];
const waitingFor = (...events: [string, string][]): Partial<Group> =>
  container({ state: 'Waiting', events: eventsOf(...events) });

describe('the state of a replica', () => {
  it.each<[string, Partial<Group>, string, string]>([
    ['ready when its containers run', {}, 'ready', 'serving'],
    ['pending while Azure creates it', { provisioningState: 'Creating', state: undefined }, 'pending', 'starting'],
    ['pending before Azure has begun', { provisioningState: 'Accepted', state: undefined }, 'pending', 'starting'],
    [
      'pulling from the start of the pull',
      { provisioningState: 'Creating', state: 'Pending', ...waitingFor(pulling) },
      'pulling',
      'starting',
    ],
    [
      'pending again once the image is there',
      { provisioningState: 'Creating', ...waitingFor(pulling, pulled) },
      'pending',
      'starting',
    ],
    ['waiting where there is no capacity, as Spot may', waitingFor(), 'waiting', 'starting'],
    ['stopped when somebody stopped it', { state: 'Stopped' }, 'stopped', 'stopped'],
    ['ended when its containers ended by themselves', { state: 'Succeeded' }, 'ended', 'ended'],
    ['failed when its containers did', { state: 'Failed' }, 'failed', 'failed'],
    ['failed when Azure could not provision it', { provisioningState: 'Failed', state: 'Running' }, 'failed', 'failed'],
    ['failed when its creation was cancelled', { provisioningState: 'Canceled' }, 'failed', 'failed'],
    ['deleting on its way out, whatever runs still', { provisioningState: 'Deleting' }, 'deleting', 'deleting'],
    ['repairing while Azure repairs it', { provisioningState: 'Repairing' }, 'repairing', 'unknown'],
    ['repairing while Azure calls it unhealthy', { provisioningState: 'Unhealthy' }, 'repairing', 'unknown'],
    ['unknown in a state nobody has heard of', { state: 'Dreaming' }, 'unknown', 'unknown'],
    ['unknown where Azure may not look', { provisioningState: 'NotAccessible' }, 'unknown', 'unknown'],
    ['unknown in a container state nobody has heard of', container({ state: 'Paused' }), 'unknown', 'unknown'],
  ])('is %s', (_, changes, state, health) => {
    const judged = stateOf(changes);
    expect(judged.state).toBe(state);
    expect(HEALTH[judged.state]).toBe(health);
  });

  it('is gone when Azure has no such group', () => {
    expect(replicaState(null, NOW).state).toBe('gone');
  });

  it('is that of its worst container', () => {
    const sidecar = { name: 'sidecar', state: 'Terminated', exitCode: 1, restartCount: 0 };
    expect(stateOf({ containers: [...groupOf(1).containers, sidecar] }).state).toBe('restarting');
  });
});

describe('a container that Azure is about to end', () => {
  const events = (...names: [string, number][]) => names.map(([name, ago]) => ({ name, message: '', at: NOW - ago }));
  const stateWith = (...names: [string, number][]) => stateOf(container({ events: events(...names) })).state;

  it('is leaving from the event on, and ready when it was started again since', () => {
    expect(stateWith(['Started', 90_000])).toBe('ready');
    expect(stateWith(['Started', 90_000], ['Killing', 2_000])).toBe('leaving');
    expect(stateWith(['Killing', 90_000], ['Started', 2_000])).toBe('ready');
    expect(stateOf(container({ since: NOW - 1_000, events: events(['Killing', 2_000]) })).state).toBe('ready');
  });
});

describe('a container that ends', () => {
  it('is restarting at first, and in a crash loop from its third restart on, with its exit code', () => {
    const once = stateOf(container({ state: 'Terminated', exitCode: 137, restartCount: 1 }));
    expect(once).toEqual({ state: 'restarting', fault: { by: 'app', exitCode: 137 } });
    const often = stateOf(container({ state: 'Waiting', previousExitCode: 137, restartCount: 3 }));
    expect(often).toEqual({ state: 'crash-looping', fault: { by: 'app', exitCode: 137 } });
  });

  it('counts as running again only when it has run for a minute', () => {
    const ran = (ms: number) => stateOf(container({ restartCount: 4, previousExitCode: 1, since: NOW - ms })).state;
    expect(ran(59_000)).toBe('crash-looping');
    expect(ran(61_000)).toBe('ready');
  });

  it.each([7147, 7148])('with code %i was moved by the platform, which is not its fault, however often', (exitCode) => {
    const moved = { state: 'moving', fault: { by: 'platform', exitCode } };
    expect(stateOf(container({ state: 'Terminated', exitCode, restartCount: 5 }))).toEqual(moved);
    expect(stateOf({ state: 'Failed', ...container({ state: 'Terminated', exitCode }) })).toEqual({
      ...moved,
      state: 'failed',
    });
  });
});

describe('an image that does not come', () => {
  it.each([
    'Failed to pull image "contoso.azurecr.io/orders:1": manifest unknown',
    'Failed to pull image "contoso.azurecr.io/orders:1": unauthorized: authentication required',
    'Failed to pull image "contoso.azurecr.io/orders:1": pull access denied',
    'InaccessibleImage: cannot pull image',
  ])('is refused for good: %s', (message) => {
    const judged = stateOf({ provisioningState: 'Creating', ...waitingFor(pulling, ['Failed', message], backOff) });
    expect(judged).toEqual({ state: 'image-refused', fault: { by: 'image', message } });
  });

  it.each([
    'Failed to pull image "orders:1": toomanyrequests: You have reached your pull rate limit',
    'Failed to pull image "orders:1": RegistryErrorResponse: 503 Service Unavailable',
    'Failed to pull image "orders:1": dial tcp: i/o timeout',
  ])('may come later: %s', (message) => {
    const judged = stateOf(waitingFor(pulling, ['Failed', message], backOff));
    expect(judged).toEqual({ state: 'pull-failing', fault: { by: 'registry', message } });
  });

  it('is forgotten once it was pulled after all', () => {
    const failed: [string, string] = ['Failed', 'Failed to pull image "orders:1": i/o timeout'];
    expect(stateOf({ provisioningState: 'Creating', ...waitingFor(pulling, failed, pulled) }).state).toBe('pending');
  });
});

describe('time boxes', () => {
  it('give a replica up that pulls for a quarter of an hour, and say so', () => {
    expect(givenUp('pulling', 14 * 60_000)).toBeUndefined();
    expect(givenUp('pulling', 15 * 60_000)).toBe('pulling its image for 15 minutes');
  });

  it('are there for every state that a replica should only pass through', () => {
    const open = Object.keys(HEALTH).filter((state) => !(state in TIME_BOXES));
    expect(open).toEqual(['ready', 'stopped', 'ended', 'failed', 'deleting', 'gone', 'unseen']);
  });
});
