// Loads a built function app as the Node worker does: every file that `main` in package.json names, in order of name.

import { globSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionMetadata, Log, ProgrammingModel, RegisteredFunction } from './core-api.ts';

export interface App {
  functions: RegisteredFunction[];
  model: ProgrammingModel;
}

const coreModule = '@azure/functions-core';
const coreKey = Symbol.for(coreModule);

/** Loads the app under `root`. Throws when an entry does, as that takes the whole app down on Azure too. */
export async function loadApp(root: string, log: Log): Promise<App> {
  const functions: RegisteredFunction[] = [];
  let model: ProgrammingModel | undefined;
  supplyCore({
    version: '1.0.0',
    hostVersion: '4.1000.0',
    Disposable: class {},
    registerFunction(metadata: FunctionMetadata, handler: unknown) {
      if (functions.some((other) => other.metadata.name === metadata.name))
        throw new Error(`A function with name '${metadata.name}' is registered already; names must be unique.`);
      functions.push({ metadata, handler });
    },
    setProgrammingModel: (given: ProgrammingModel) => (model = given),
    getProgrammingModel: () => model,
    registerHook(name: string) {
      throw new Error(`The local host does not model hooks, so app.hook.${name} has no effect here; remove it.`);
    },
    log: (level: string, _category: string, message: string) => log(level, message),
  });

  const { main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { main?: string };
  const entries = main === undefined ? [] : globSync(main, { cwd: root }).sort();
  if (entries.length === 0) throw new Error(`'main' in ${root}/package.json matches no file: ${main}. Build first.`);
  for (const entry of entries) {
    try {
      await import(pathToFileURL(join(root, entry)).href);
    } catch (cause) {
      throw new Error(`The app is down, because its entry ${entry} failed to load: ${String(cause)}`, { cause });
    }
  }
  if (!model) throw new Error(`No function is registered by ${entries.join(', ')}.`);
  if ('HttpUri' in (await model.getCapabilities({})))
    throw new Error('The local host does not model HTTP streaming: remove enableHttpStream from app.setup.');
  return { functions, model };
}

/** `@azure/functions` asks for the core by `require`, which these hooks serve as well as `import`. */
function supplyCore(core: object): void {
  Object.assign(globalThis, { [coreKey]: core });
  const url = `spillway:${coreModule}`;
  const source = `module.exports = globalThis[Symbol.for('${coreModule}')]`;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === coreModule ? { url, format: 'commonjs', shortCircuit: true } : next(specifier, context),
    load: (address, context, next) =>
      address === url ? { format: 'commonjs', source, shortCircuit: true } : next(address, context),
  });
}
