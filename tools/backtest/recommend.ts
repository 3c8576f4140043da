// Which settings would have been best on this trace? The main knobs of Spillway are turned one after the other on the first
// half, each to the value that serves at the least cost; what comes out is scored on the second half, beside the settings
// as they are. Only what serves there, and saves something or does what they do not, is recommended.

import { figuresAt, TUNING_SEED, type Comparison, type Figures } from './compare.ts';
import { limitsSentence, neededLimits } from './limits.ts';
import type { Wishes } from './policies/policies.ts';
import type { Part } from './score.ts';
import type { Runner } from './threads.ts';
import { best, firstHalf, isSilent, SERVED } from './tune.ts';
import { workloadOf } from './workload.ts';

/** App settings and the values that are tried. */
const KNOBS: Record<string, readonly string[]> = {
  SPILLWAY_TARGET_UTILIZATION: ['0.7', '0.8', '0.9'],
  SPILLWAY_SCALE_IN_DELAY_SECONDS: ['60', '180', '600'],
  SPILLWAY_BASE_MIN_INSTANCES: ['0', '1', '2'],
  SPILLWAY_BASE_GROW_AFTER_SECONDS: ['90', '300', '900'],
};

/** Share of the cost that a change must save: less is what one seed differs from another by. */
const LEAST_GAIN = 0.01;

type Settings = Record<string, string>;

export interface Recommendation {
  /** App settings to change; none when those there are do best. */
  settings: Settings;
  /** App settings that this load needs above the product's defaults, which were not played. */
  limits: Settings;
  sentence: string;
}

/** `now`: the figures of the settings as they are, undefined when they were not asked for. */
export async function recommend(run: Runner, what: Comparison, now: Figures | undefined): Promise<Recommendation> {
  if (!now) {
    const sentence = 'There is no recommendation, because it is for spillway, which --policies leaves out.';
    return { settings: {}, limits: {}, sentence };
  }
  const { settings, sentence, figures = now } = await tuned(run, what, now);
  const { wishes } = what;
  const limits = neededLimits({ ...wishes, settings: { ...wishes.settings, ...settings } }, figures);
  return { settings, limits, sentence: [sentence, ...limitsSentence(limits)].join(' ') };
}

interface Tuned {
  settings: Settings;
  sentence: string;
  /** With these settings; absent where nothing is changed. */
  figures?: Figures;
}

async function tuned(run: Runner, what: Comparison, now: Figures): Promise<Tuned> {
  const none = (sentence: string): Tuned => ({ settings: {}, sentence });
  if (isSilent(firstHalf(what.trace))) {
    return none(
      'There is no recommendation: in the first half of the trace nothing arrives, so nothing can be tuned on it.',
    );
  }
  const { wishes, mostLatePercent = SERVED } = what;
  let found = wishes.settings ?? {};
  for (const [name, values] of Object.entries(KNOBS)) found = await turned(run, what, found, name, values);
  const settings = Object.fromEntries(
    Object.entries(found).filter(([name, value]) => wishes.settings?.[name] !== value),
  );
  const isChanged = Object.keys(settings).length > 0;
  const changed = isChanged
    ? await figuresAt(run, { ...what, wishes: { ...wishes, settings: found } }, 'spillway', {})
    : now;
  const [before, after] = [now.secondHalf, changed.secondHalf];
  const level = `at most ${mostLatePercent} % were asked for`;
  const served = before.latePercent <= mostLatePercent;
  if (after.latePercent <= mostLatePercent && (!served || saves(before, after))) {
    return { settings, sentence: praise(settings, before, after, level), figures: changed };
  }
  if (served) {
    return none(
      'Keep the settings as they are: nothing that did better on the first half of the trace did better on the second.',
    );
  }
  const instead = isChanged ? `, and ${late(after)} with ${listed(settings)}` : '';
  return none(
    'Keep the settings as they are: none were found with which few enough tasks are late. On the second half of the ' +
      `trace it is ${late(before)}${instead} (${level}).`,
  );
}

/** The settings with one knob at its best value, or left alone when no value does better than what was there. */
async function turned(
  run: Runner,
  { trace, wishes, scale, mostLatePercent = SERVED }: Comparison,
  settings: Settings,
  name: string,
  values: readonly string[],
): Promise<Settings> {
  const whole = async (set: Settings): Promise<Part> => {
    const job = { trace: firstHalf(trace), seed: TUNING_SEED, policy: 'spillway', scale };
    return (await run({ ...job, wishes: { ...wishes, settings: set } })).whole;
  };
  const sets = values.map((value): Settings => ({ ...settings, [name]: value })).filter((set) => isValid(set, wishes));
  const [asIs, ...others] = await Promise.all(
    [settings, ...sets].map(async (set) => ({ set, part: await whole(set) })),
  );
  if (!asIs) return settings;
  const found = best([asIs, ...others], ({ part }) => part, mostLatePercent);
  return found && (asIs.part.latePercent > mostLatePercent || saves(asIs.part, found.part)) ? found.set : settings;
}

/** Other settings may rule a value out: a least number of machines above the most. */
function isValid(settings: Settings, { workloadFile, deployed }: Wishes): boolean {
  try {
    workloadOf('both', settings, workloadFile, deployed);
    return true;
  } catch {
    return false;
  }
}

const saves = (before: Part, after: Part): boolean => after.cost <= before.cost * (1 - LEAST_GAIN);

const listed = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

const late = ({ latePercent }: Part): string => `${latePercent.toFixed(3)} %`;

const praise = (settings: Settings, before: Part, after: Part, level: string): string =>
  `Set ${listed(settings)}: on the second half of the trace, on which nothing was tuned, that costs ` +
  `${after.cost.toFixed(2)} instead of ${before.cost.toFixed(2)} US dollars, with ${late(after)} of the ` +
  `tasks late instead of ${late(before)} (${level}).`;
