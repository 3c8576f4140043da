import { describe, expect, it } from 'vitest';
import { judgeHelp, type HelpMinute } from '../../../shared/rules/burst-help.ts';
import { seeded, type Random } from '../../../tools/local/random.ts';
import { poisson } from '../../support/queue-world.ts';

const MINUTE = 60_000;

const minutesOf = (rows: [busy: number, completed: number, deadLettered?: number][], waited = true): HelpMinute[] =>
  rows.map(([busy, completed, deadLettered = 0], index) => {
    return { minute: index * MINUTE, busy, completed, deadLettered, waited };
  });

type Row = Parameters<typeof minutesOf>[0][number];
const times = (count: number, row: Row): Row[] => Array.from({ length: count }, () => row);

describe('whether more replicas help', () => {
  it('they do not when half as many more did no more for three minutes', () => {
    const minutes = minutesOf([...times(2, [20, 720]), ...times(3, [30, 740])]);
    expect(judgeHelp(minutes, 0)).toEqual({
      helps: false,
      by: 'completions',
      minutes: 3,
      from: 20,
      to: 30,
      before: 12,
      after: 740 / 60,
      lettersBefore: 0,
      lettersAfter: 0,
    });
  });

  it.each<[string, HelpMinute[], boolean | undefined]>([
    ['a tenth more is done', minutesOf([...times(2, [20, 720]), ...times(3, [30, 793])]), true],
    ['only two minutes have passed', minutesOf([...times(2, [20, 720]), ...times(2, [30, 740])]), undefined],
    ['a third more are at work', minutesOf([...times(2, [20, 720]), ...times(3, [27, 740])]), undefined],
    ['nothing waits', minutesOf([...times(2, [20, 720]), ...times(3, [30, 740])], false), undefined],
    ['so little is done that it may be chance', minutesOf([[4, 9], ...times(3, [6, 9])]), undefined],
  ])('nothing is held when %s', (_, minutes, helps) => {
    expect(judgeHelp(minutes, 0)?.helps).toBe(helps);
  });

  it('minutes of before the moment asked about are no answer', () => {
    const minutes = minutesOf([...times(2, [20, 720]), ...times(3, [30, 740])]);
    expect(judgeHelp(minutes, 3 * MINUTE)).toBeUndefined();
  });

  it('they do not when the share of dead letters grows with them, waiting or not', () => {
    const minutes = minutesOf([...times(3, [10, 595, 5]), ...times(3, [20, 1080, 120])], false);
    expect(judgeHelp(minutes, 0)).toMatchObject({ helps: false, by: 'dead letters', lettersAfter: 10 });
  });

  it('dead letters that come with the messages say nothing, however many more there are', () => {
    const minutes = minutesOf([...times(3, [10, 540, 60]), ...times(3, [40, 2160, 240])], false);
    expect(judgeHelp(minutes, 0)?.helps).not.toBe(false);
  });

  it('a service that works is never held, however many replicas come and go, in 3,000 worlds', () => {
    const wrong = Array.from({ length: 3000 }, (_, index) => index + 1).filter((seed) => judgedWrong(seeded(seed)));
    expect(wrong).toEqual([]);
  });
});

/** Forty minutes of a fleet of any size whose replicas each do what they do, with a fixed share of dead letters. */
function judgedWrong(random: Random): boolean {
  const rate = 10 ** (3 * random.next() - 1);
  const spoilt = random.next() < 0.5 ? 0 : 0.2 * random.next();
  const minutes: HelpMinute[] = [];
  let busy = 1 + Math.floor(30 * random.next());
  for (let index = 0; index < 40; index++) {
    if (random.next() < 0.4) busy = Math.min(200, Math.max(1, Math.round(busy * (0.4 + 2 * random.next()))));
    const all = poisson(busy * rate, random);
    const deadLettered = poisson(all * spoilt, random);
    const completed = Math.max(0, all - deadLettered);
    minutes.push({ minute: index * MINUTE, busy, completed, deadLettered, waited: random.next() < 0.8 });
    if (judgeHelp(minutes.slice(-20), 0)?.helps === false) return true;
  }
  return false;
}
