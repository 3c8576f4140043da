import { expect, test } from 'vitest';
import { command } from './local/demo/command.ts';

test.each([
  [
    'the drill before anything is deployed',
    '../drill/main.ts',
    [],
    /^SPILLWAY_DRILL_QUEUE is not known: run azd up first/,
  ],
  ['the load benchmark that is asked for help', '../bench/load.ts', ['--help'], /^Usage: npm run bench:load/],
])('%s says in one line what it needs', async (_, program, args, said) => {
  const { code, errors } = await command(program, args, undefined, { PATH: '', SPILLWAY_DRILL_QUEUE: '' });
  expect(code).toBe(2);
  expect(errors).toMatch(said);
  expect(errors.trim().split('\n')).toHaveLength(1);
});
