// Loads the file given once, with a host that only listens, and prints how long that took; then what `evaluate` loads at
// its first call: the start of the app and the controller.

import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const CORE = '@azure/functions-core';
const source = `const nothing = () => {};
module.exports = { version: '1.0.0', hostVersion: '4.1000.0', registerFunction: nothing, setProgrammingModel: nothing,
  registerHook: nothing, log: nothing, Disposable: class {} };`;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === CORE ? { url: `bench:${CORE}`, format: 'commonjs', shortCircuit: true } : next(specifier, context),
  load: (address, context, next) =>
    address === `bench:${CORE}` ? { format: 'commonjs', source, shortCircuit: true } : next(address, context),
});

const main = process.argv[2] ?? '';
const cpu = process.cpuUsage();
const start = performance.now();
await import(pathToFileURL(main).href);
const { user, system } = process.cpuUsage(cpu);
const wall = performance.now() - start;
const chunks = globSync(['chunks/start-*.js', 'chunks/evaluate-*.js'], { cwd: dirname(main) });
if (chunks.length !== 2) throw new Error(`the first evaluation loads ${chunks.join(', ')}, not start and evaluate`);
for (const chunk of chunks) await import(pathToFileURL(join(dirname(main), chunk)).href);
process.stdout.write(JSON.stringify({ wall, cpu: (user + system) / 1000, first: performance.now() - start }));
