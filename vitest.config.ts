import { defineConfig } from 'vitest/config';

// Two projects: `fast` needs no server and runs in `npm run check`; `stack` talks to the local Azure, the local broker,
// Azurite and the local host through the real clients. Both run in `npm test`. `infra` needs the Bicep compiler and runs in
// `npm run check:infra`.
export default defineConfig({
  test: {
    reporters: ['default'],
    // By default one core is left free: on two cores one file at a time, whose processes mostly wait for one another.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.stack.test.ts', 'test/**/*.infra.test.ts'],
          // Nothing here keeps state in a module or in the process: loading all modules anew for each file is a third of the time.
          isolate: false,
          // The slowest take two seconds alone, and several times that beside other work on the same cores.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'stack',
          include: ['test/**/*.stack.test.ts'],
          globalSetup: ['test/support/built.ts'],
          // The longest take 20 s alone, and several times that beside others on the same cores.
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: { name: 'infra', include: ['test/**/*.infra.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
      },
    ],
  },
});
