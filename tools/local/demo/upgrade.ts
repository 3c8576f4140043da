// Two releases of the demo's workload under a steady load: the first one is bad, its replicas end with an error soon after
// they start; the second one is good. Each is a deployment as in production: another workload file, and a new host process.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { TAGS } from '../../../shared/placement/tags.ts';
import type { AzureModel } from '../azure/azure.ts';
import type { ContainerGroup } from '../azure/container-group.ts';
import { STEADY, type Load } from './load.ts';
import { rateFor } from './record.ts';
import type { DecisionView } from './decisions.ts';
import type { Snapshot } from './scene.ts';
import type { RunningStory } from './story.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const IMAGE = 'ghcr.io/example/orders-worker';
const FIRST = '1.0.0';
const BAD = '1.1.0';
const GOOD = '1.1.1';

/** Replicas that the load needs: eight on the scale set, and as many container groups. */
const REPLICAS = 16;
const SECONDS = 1_680;
const BAD_AT = 240;
const GOOD_AT = 600;
const CANARY_SHARE = 0.1;
/** A container of the bad release ends after this, and is started again. */
const LIVES_MS = 20_000;
const BACK_MS = 5_000;

export const UPGRADE_LOAD: Load = {
  seconds: 60,
  rates: [...Array.from({ length: SECONDS / 60 }, () => rateFor(REPLICAS)), STEADY],
};
export const UPGRADE_TITLE = 'a rolling upgrade under load: a bad release, then a good one';

/** What a run with releases adds to the figures; null stands for what did not happen. */
export interface UpgradeFigures {
  /** Simulated seconds from the bad release until it was found to be bad, and until nothing of it was left. */
  secondsToRollBack: number | null;
  secondsUntilBadGone: number | null;
  mostBadGroups: number;
  /** The share of its first step, of the most replicas that served: one group at least. */
  canaryGroups: number;
  /** Simulated seconds from the good release until it ran everywhere. */
  secondsToUpgrade: number | null;
  /** Replicas that served at the least from the bad release until the good one ran everywhere. */
  leastReplicas: number;
  replicasNeeded: number;
  /** Groups and instances of another release when the good one was done. */
  mixedAtEnd: number;
}

export interface Upgrade {
  /** App settings of the story. */
  env: Record<string, string>;
  begin(running: RunningStory, tell: (decision: DecisionView) => void): void;
  decision(decision: DecisionView): void;
  snapshot(snapshot: Snapshot): void;
  figures(): UpgradeFigures;
  close(): Promise<void>;
}

export async function upgradeStory(): Promise<Upgrade> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-workloads-'));
  const first = await readFile(join(ROOT, 'workloads', 'orders.yaml'), 'utf8');
  const declare = (version: string): Promise<void> =>
    writeFile(join(folder, 'orders.yaml'), first.replace(/^image: .*$/m, `image: ${IMAGE}:${version}`));
  await declare(FIRST);
  const record = new UpgradeRecord();
  const env = {
    SPILLWAY_WORKLOADS_FOLDER: relative(ROOT, folder),
    SPILLWAY_BASE_MAX_INSTANCES: '2',
    // Room for chance: what is wanted wanders around 20, and 16 must serve.
    SPILLWAY_TARGET_UTILIZATION: '0.8',
    SPILLWAY_ROLLOUT_STEPS: `${CANARY_SHARE * 100}:60`,
    SPILLWAY_ROLLOUT_MAX_SURGE_PERCENT: '50',
  };
  return {
    env,
    begin(running, tell) {
      const { stack } = running;
      record.begin(running);
      sicken(stack.azure.model, running);
      const release = (second: number, version: string, what: string): void =>
        running.at(second, () => {
          tell({ at: stack.clock.now(), headline: `is given release ${version}`, reasons: [what] });
          void redeploy(running, () => declare(version));
        });
      release(BAD_AT, BAD, 'Its replicas end with an error 20 s after they start.');
      release(GOOD_AT, GOOD, 'It does what it should.');
    },
    decision: (decision) => record.decision(decision),
    snapshot: (snapshot) => record.snapshot(snapshot),
    figures: () => record.figures(),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The clock stands meanwhile: what a deployment takes is not what is shown. */
async function redeploy({ stack }: RunningStory, change: () => Promise<void>): Promise<void> {
  const release = stack.clock.hold();
  try {
    await change();
    await stack.redeploy();
  } finally {
    release();
  }
}

const versionOf = ({ body }: ContainerGroup): string =>
  body.properties.containers[0]?.properties.image.split(':').at(-1) ?? '';

function sicken(model: AzureModel, { stack: { clock } }: RunningStory): void {
  model.onReplicaChange(({ kind, name, running }) => {
    const group = kind === 'group' && running ? model.groups.named(name)[0] : undefined;
    if (!group || versionOf(group) !== BAD) return;
    clock.at(clock.now() + LIVES_MS, () => group.exit(1, BACK_MS));
  });
}

class UpgradeRecord {
  #running: RunningStory | undefined;
  #failedAt: number | undefined;
  #goneAt: number | undefined;
  #doneAt: number | undefined;
  #mostBad = 0;
  #least = Infinity;
  #mixed = 0;
  #most = 0;

  begin(running: RunningStory): void {
    this.#running = running;
  }

  /** Told by what the decisions themselves say. */
  decision({ at, reasons }: DecisionView): void {
    if (!this.#running) return;
    const second = (at - this.#running.start) / 1000;
    if (reasons.some((text) => text.includes('is rolled back to'))) this.#failedAt ??= second;
    if (second < GOOD_AT || !reasons.some((text) => text.includes('runs everywhere and did well'))) return;
    this.#doneAt ??= second;
    this.#mixed = this.#others();
  }

  snapshot({ second, baseReplicas, burstReplicas }: Snapshot): void {
    const { model } = this.#running?.stack.azure ?? {};
    if (!model) return;
    const bad = model.groups.all().filter((group) => versionOf(group) === BAD).length;
    this.#mostBad = Math.max(this.#mostBad, bad);
    this.#most = Math.max(this.#most, baseReplicas + burstReplicas);
    if (this.#failedAt !== undefined && bad === 0) this.#goneAt ??= second;
    const working = model.groups.all().filter((group) => versionOf(group) === BAD && group.running).length;
    const rolling = second >= BAD_AT && this.#doneAt === undefined;
    if (rolling) this.#least = Math.min(this.#least, baseReplicas + burstReplicas - working);
  }

  figures(): UpgradeFigures {
    const since = (second: number | undefined, from: number): number | null =>
      second === undefined ? null : second - from;
    return {
      secondsToRollBack: since(this.#failedAt, BAD_AT),
      secondsUntilBadGone: since(this.#goneAt, BAD_AT),
      mostBadGroups: this.#mostBad,
      canaryGroups: Math.max(1, Math.floor(this.#most * CANARY_SHARE)),
      secondsToUpgrade: since(this.#doneAt, GOOD_AT),
      leastReplicas: this.#least,
      replicasNeeded: REPLICAS,
      mixedAtEnd: this.#mixed,
    };
  }

  #others(): number {
    const model = this.#running?.stack.azure.model;
    const groups = model?.groups.all().filter((group) => versionOf(group) !== GOOD) ?? [];
    const sets = model?.scaleSets.all() ?? [];
    const instances = sets.flatMap((set) => Array.from(set.instances.values()));
    const old = instances.filter(({ tags }) => !(tags[TAGS.image] ?? '').endsWith(`:${GOOD}`));
    return groups.length + old.length;
  }
}

/** Why a run with releases is not a success; empty when it is one. */
export function upgradeFailures(figures: UpgradeFigures): string[] {
  const { secondsToRollBack, secondsUntilBadGone, secondsToUpgrade, mixedAtEnd } = figures;
  const { mostBadGroups, canaryGroups } = figures;
  return [
    ...(secondsToRollBack === null ? ['The bad release was not rolled back.'] : []),
    ...(secondsUntilBadGone === null ? ['Something of the bad release was left.'] : []),
    ...(secondsToUpgrade === null ? ['The good release did not come to its end.'] : []),
    ...(mostBadGroups > canaryGroups
      ? [`The bad release had ${mostBadGroups} groups; its canary is ${canaryGroups}.`]
      : []),
    ...(mixedAtEnd > 0 ? [`Of an earlier release ${mixedAtEnd} groups and instances were left.`] : []),
  ];
}
