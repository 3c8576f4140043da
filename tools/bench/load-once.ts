// Loads the file given once, with a host that only listens, and prints how long that took.

import { registerHooks } from 'node:module';
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

const cpu = process.cpuUsage();
const start = performance.now();
await import(pathToFileURL(process.argv[2] ?? '').href);
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(JSON.stringify({ wall: performance.now() - start, cpu: (user + system) / 1000 }));
