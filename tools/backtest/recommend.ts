// Which settings would have been best on this trace? The main knobs of Spillway are turned one after the other on the first
// half, each to the value that serves at the least cost; what comes out is scored on the second half, beside the settings
// as they are. Only what is better there, too, is recommended.

import { figuresAt, TUNING_SEED, type Comparison, type Figures } from './compare.ts';
import type { Runner } from './threads.ts';
import { best, firstHalf, SERVED } from './tune.ts';

/** App settings and the values that are tried. */
const KNOBS: Record<string, readonly string[]> = {
  SPILLWAY_TARGET_UTILIZATION: ['0.7', '0.8', '0.9'],
  SPILLWAY_SCALE_IN_DELAY_SECONDS: ['60', '180', '600'],
  SPILLWAY_BASE_MIN_INSTANCES: ['0', '1', '2'],
  SPILLWAY_BASE_GROW_AFTER_SECONDS: ['90', '300', '900'],
};

export interface Recommendation {
  /** App settings to change; none when those there are do best. */
  settings: Record<string, string>;
  sentence: string;
}

export async function recommend(run: Runner, what: Comparison, now: Figures): Promise<Recommendation> {
  const { wishes } = what;
  let found = wishes.settings ?? {};
  for (const [name, values] of Object.entries(KNOBS)) found = await turned(run, what, found, name, values);
  const settings = Object.fromEntries(
    Object.entries(found).filter(([name, value]) => wishes.settings?.[name] !== value),
  );
  const changed = await figuresAt(run, { ...what, wishes: { ...wishes, settings: found } }, 'spillway', {});
  const better = best([now, changed], ({ secondHalf }) => secondHalf) === changed && Object.keys(settings).length > 0;
  return better
    ? { settings, sentence: praise(settings, now, changed) }
    : {
        settings: {},
        sentence:
          'Keep the settings as they are: nothing that did better on the first half of the trace did better on the second.',
      };
}

/** The settings with one knob at its best value, or left alone when no value does better than what was there. */
async function turned(
  run: Runner,
  { trace, wishes, scale }: Comparison,
  settings: Record<string, string>,
  name: string,
  values: readonly string[],
): Promise<Record<string, string>> {
  const half = firstHalf(trace);
  const sets = [settings, ...values.map((value) => ({ ...settings, [name]: value }))];
  const tried = await Promise.all(
    sets.map(async (set) => {
      const job = { trace: half, seed: TUNING_SEED, policy: 'spillway', wishes: { ...wishes, settings: set }, scale };
      return { set, whole: (await run(job)).whole };
    }),
  );
  return best(tried, ({ whole }) => whole)?.set ?? settings;
}

function praise(settings: Record<string, string>, now: Figures, changed: Figures): string {
  const set = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const [before, after] = [now.secondHalf, changed.secondHalf];
  return (
    `Set ${set.join(', ')}: on the second half of the trace, on which nothing was tuned, that costs ` +
    `${after.cost.toFixed(2)} instead of ${before.cost.toFixed(2)} US dollars, with ${after.latePercent.toFixed(3)} % of the ` +
    `tasks late instead of ${before.latePercent.toFixed(3)} % (at most ${SERVED} % were asked for).`
  );
}
