import { expect, test } from 'vitest';
import { parseOptions } from '../../../../tools/local/demo/options.ts';

test('without options the story plays at speed 20 with seed 1, creates groups and compares', () => {
  expect(parseOptions([])).toEqual({ speed: 20, lifecycle: 'create-delete', seed: 1, compare: true });
});

test.for([
  ['--speed 0', 'A number above 0 is expected.'],
  ['--quota many', 'A whole number from 0 on is expected.'],
  ['--lifecycle forever', 'Allowed choices are create-delete, start-stop.'],
  ['--trace nowhere.csv', '--trace needs --bin-seconds'],
  ['--peak 3', '--peak says how to read a trace: it needs --trace'],
  ['--bin-seconds 3', '--bin-seconds says how to read a trace: it needs --trace'],
  ['--upgrade --quota 3', '--upgrade is a story of its own: it goes without --quota'],
  ['--upgrade --lifecycle start-stop', 'it goes without --lifecycle start-stop'],
  ['--sped 20', '--speed?'],
  ['fast', "'fast' is no option"],
  ['--speed 0 --sped 20 --peak 3 --upgrade --quota 3', /speed.*\n.*--speed\?\n.*--trace\n.*--quota$/],
] as const)('%s is refused with a sentence', ([args, sentence]) => {
  expect(() => parseOptions(args.split(' '))).toThrow(sentence);
});
