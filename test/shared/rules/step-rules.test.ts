import { describe, expect, it } from 'vitest';
import { takeStep } from '../../../shared/rules/step-rules.ts';
import type { StepMemory } from '../../../shared/controller/plan-types.ts';

const NOW = 1_000_000_000;
const CPU = {
  steps: [
    { above: 50, add: 1 },
    { below: 30, remove: 1 },
  ],
  forSeconds: 60,
  coolDownSeconds: 300,
};

/** The threshold was crossed for as long as the rule asks. */
const lasting = (wanted: number, ...steps: number[]): StepMemory => ({
  wanted,
  coolUntil: 0,
  since: Object.fromEntries(steps.map((step) => [step, NOW - 60_000])),
});

describe('step rules', () => {
  it.each([
    ['28 % on 2, in below 30, out above 50: 56 % on one would start it again', CPU.steps, 28, 2, 2],
    [
      '394 threads on 3, out above 600, in below 400: 591 on two is fine',
      [
        { above: 600, add: 1 },
        { below: 400, remove: 1 },
      ],
      394,
      3,
      2,
    ],
    [
      '417 threads on 3, out above 600: 625.5 on two is too much',
      [
        { above: 600, add: 1 },
        { below: 500, remove: 1 },
      ],
      417,
      3,
      3,
    ],
    [
      'thirty at 65 %, out above 70, in by ten: by the linear estimate 28 stay',
      [
        { above: 70, add: 1 },
        { below: 66, remove: 10 },
      ],
      65,
      30,
      28,
    ],
  ])('flapping, as Azure documents it: %s', (_, steps, value, from, wanted) => {
    expect(takeStep({ ...CPU, steps }, value, from, lasting(from, 1), NOW).wanted).toBe(wanted);
  });

  it('of two steps out that are true, the larger is taken; of two steps in, the one that leaves more', () => {
    const steps = [
      { above: 60, add: 2 },
      { above: 80, add: 5 },
      { below: 30, remove: 4 },
      { below: 20, removePercent: 10 },
    ];
    expect(takeStep({ ...CPU, steps }, 90, 10, lasting(10, 0, 1), NOW).wanted).toBe(15);
    expect(takeStep({ ...CPU, steps }, 5, 10, lasting(10, 2, 3), NOW).wanted).toBe(9);
  });

  it('one of two steps in alone changes nothing', () => {
    const steps = [...CPU.steps, { below: 10, remove: 1 }];
    expect(takeStep({ ...CPU, steps }, 20, 5, lasting(5, 1), NOW).wanted).toBe(5);
  });

  it('a threshold that was not crossed long enough waits, and one dip starts its duration anew', () => {
    const first = takeStep(CPU, 90, 2, undefined, NOW);
    expect(first).toMatchObject({ wanted: 2, why: expect.stringContaining('less than 60 s') });
    const dip = takeStep(CPU, 40, 2, first.memory, NOW + 50_000);
    const again = takeStep(CPU, 90, 2, dip.memory, NOW + 55_000);
    expect(takeStep(CPU, 90, 2, again.memory, NOW + 70_000).wanted).toBe(2);
    expect(takeStep(CPU, 90, 2, again.memory, NOW + 115_000).wanted).toBe(3);
  });

  it('the cool-down holds both directions', () => {
    const { memory } = takeStep(CPU, 90, 2, lasting(2, 0), NOW);
    expect(takeStep(CPU, 90, 3, memory, NOW + 299_000).wanted).toBe(3);
    expect(takeStep(CPU, 5, 3, memory, NOW + 299_000)).toMatchObject({ wanted: 3, why: 'it cools down for 1 s' });
  });

  it('a limit that keeps the last step from coming does not wind the rule up', () => {
    let memory = takeStep(CPU, 90, 2, lasting(2, 0), NOW).memory;
    for (let hour = 1; hour <= 24; hour++) memory = takeStep(CPU, 90, 2, memory, NOW + hour * 3_600_000).memory;
    expect(memory.wanted).toBe(3);
  });

  it('percentages are rounded up on the way out, and by at least one on the way in', () => {
    const steps = [
      { above: 70, addPercent: 25 },
      { below: 5, removePercent: 25 },
    ];
    expect(takeStep({ ...CPU, steps }, 90, 5, lasting(5, 0), NOW).wanted).toBe(7);
    expect(takeStep({ ...CPU, steps }, 0, 3, lasting(3, 1), NOW).wanted).toBe(2);
    expect(takeStep({ ...CPU, steps }, 0, 1, lasting(1, 1), NOW).wanted).toBe(0);
  });
});
