import { describe, expect, it } from 'vitest';
import { sentence, type ReasonCode } from '../../../shared/telemetry/reasons.ts';
import { seeded } from '../../../tools/local/random.ts';
import { queueWorld, type Looked, type QueueWorld } from '../../support/queue-world.ts';

const HOUR = 3600;
const jump = (from: number, to: number) => (seconds: number) => (seconds < 600 ? from : to);
const small = { burst: { maxGroups: 90 } };

const saying = (looked: Looked[], code: ReasonCode): (Looked & { text: string })[] =>
  looked.flatMap((look) => {
    const found = look.output.reasons.find((reason) => reason.code === code);
    return found ? [{ ...look, text: sentence(found) }] : [];
  });

/** What all replicas together can do is four a second: a database. Six arrive. */
const database: QueueWorld = { arrivals: jump(2, 6), rate: (_, replicas) => Math.min(1, 4 / replicas), scaling: small };

describe('a burst that does not help', () => {
  const looked = queueWorld(database, 2 * HOUR);
  const held = saying(looked, 'burst-not-helping');
  const first = held[0];

  it('is held where it is of no use any more, with the numbers', () => {
    expect(first?.text).toMatch(
      /^More replicas do not help, by completions: with [\d.]+ at work for 3 minutes instead of [\d.]+, 4 messages a second were done instead of 4/,
    );
    const most = Number(/At most (\d+) are wanted/.exec(first?.text ?? '')?.[1]);
    const begun = first?.seconds ?? 0;
    const during = looked.filter(({ seconds }) => seconds > begun && seconds < begun + 295);
    expect(Math.max(...during.map(({ output }) => output.figures.wanted))).toBe(most);
    const started = during.flatMap(({ output }) => output.actions).filter(({ kind }) => kind === 'create-group');
    expect(started).toEqual([]);
  });

  it('is tried again with half as many more, each time later', () => {
    const begins = held.filter(({ seconds }, index) => seconds - (held[index - 1]?.seconds ?? -HOUR) > 60);
    const lengths = begins.map(({ text }) => Number(/for (\d+) s more/.exec(text)?.[1]));
    expect(lengths.slice(0, 4)).toEqual([300, 600, 1200, 2400]);
    const tried = saying(looked, 'burst-tried');
    const most = Number(/up to (\d+) are tried/.exec(tried[0]?.text ?? '')?.[1]);
    expect(Math.max(...tried.map(({ output }) => output.figures.wanted))).toBe(most);
  });
});

describe('a hold', () => {
  it('ends for good when what was tried helps', () => {
    const repaired = (seconds: number, replicas: number): number => (seconds < 1300 ? Math.min(1, 4 / replicas) : 0.08);
    const looked = queueWorld({ ...database, rate: repaired }, 9000);
    const tried = saying(looked, 'burst-tried');
    const end = tried.at(-1)?.seconds ?? Infinity;
    const after = looked.filter(({ seconds }) => seconds > end + 60);
    expect(saying(after, 'burst-not-helping')).toEqual([]);
    const most = Number(/At most (\d+) are wanted/.exec(saying(looked, 'burst-not-helping')[0]?.text ?? '')?.[1]);
    expect(Math.max(...after.map(({ serving }) => serving))).toBeGreaterThan(most);
    const { active = Infinity, serving = 0 } = looked.at(-1) ?? {};
    expect(active - serving).toBeLessThan(1);
  });

  it('comes of dead letters that rise with the replicas', () => {
    const looked = queueWorld(
      { arrivals: jump(5, 20), rate: () => 1, spoilt: (replicas) => (replicas > 12 ? 0.3 : 0), scaling: small },
      1800,
    );
    expect(saying(looked, 'burst-not-helping')[0]?.text).toMatch(
      /by dead letters.*2\d(\.\d+)? % became dead letters instead of 0 %/,
    );
  });

  it('never comes over bursts of a service that works (12 seeds), whatever its replicas do of themselves', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = seeded(seed);
      const [calm, burst] = [1 + 10 * random.next(), 5 + 40 * random.next()];
      const rate = 0.3 + 2 * random.next();
      const [begins, lasts] = [300 + 600 * random.next(), 200 + 900 * random.next()];
      const looked = queueWorld(
        {
          arrivals: (seconds) => (seconds > begins && seconds < begins + lasts ? calm + burst : calm),
          rate: () => rate,
          spoilt: () => (seed % 2 === 0 ? 0.05 : 0),
          random,
        },
        2700,
      );
      expect(`seed ${seed}: ${saying(looked, 'burst-not-helping')[0]?.text}`).toBe(`seed ${seed}: undefined`);
    }
  });

  it('never comes over a service that becomes three times as slow or fast, in a calm or a burst (12 seeds)', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = seeded(seed);
      const [calm, burst] = [2 + 6 * random.next(), 5 + 20 * random.next()];
      const [begins, turns] = [600, 600 + 900 * random.next()];
      const rate = 0.5 + 1.5 * random.next();
      const factor = seed % 2 === 0 ? 1 / 3 : 3;
      const looked = queueWorld(
        {
          arrivals: (seconds) => (seconds > begins && seconds < begins + 900 ? calm + burst : calm),
          rate: (seconds) => (seconds > turns ? rate * factor : rate),
          random,
        },
        2700,
      );
      expect(`seed ${seed}: ${saying(looked, 'burst-not-helping')[0]?.text}`).toBe(`seed ${seed}: undefined`);
    }
  });
});
